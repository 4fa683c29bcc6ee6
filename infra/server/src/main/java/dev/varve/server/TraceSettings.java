package dev.varve.server;

import java.net.URI;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where spans go; limits and meaning are in {@link SettingCatalog}.
 *
 * @param traceEndpoint the collector; empty for none, then no span is made
 * @param tracePercent share of the traces that begin here which is exported, 0 to 100
 */
@ConfigurationProperties("varve")
public record TraceSettings(
    @DefaultValue("") String traceEndpoint, @DefaultValue("100") int tracePercent) {
  /**
   * Checks what must hold.
   *
   * @throws SettingsException when the endpoint is no address
   */
  public TraceSettings {
    if (!traceEndpoint.isBlank() && !isAddress(traceEndpoint)) {
      throw new SettingsException(
          "trace-endpoint",
          "Expected the address of an OTLP/HTTP collector, such as http://127.0.0.1:4318");
    }
  }

  /** Tells whether spans are made. */
  public boolean on() {
    return !traceEndpoint.isBlank();
  }

  private static boolean isAddress(String text) {
    try {
      var address = URI.create(text);
      String scheme = address.getScheme();
      return address.getHost() != null
          && address.getUserInfo() == null
          && ("http".equals(scheme) || "https".equals(scheme));
    } catch (IllegalArgumentException _) {
      return false;
    }
  }
}
