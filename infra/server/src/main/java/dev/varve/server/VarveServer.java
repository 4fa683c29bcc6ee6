package dev.varve.server;

import dev.varve.eventstore.schema.SchemaTooNewException;
import dev.varve.postgres.StartupException;
import dev.varve.server.openapi.OpenApi;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;

/** The server program: {@code dev} or {@code server}, then flags. */
@SpringBootConfiguration
@EnableConfigurationProperties({
  ServerSettings.class,
  PoolSettings.class,
  DoorSettings.class,
  TraceSettings.class
})
@Import({
  PlatformConfiguration.class,
  StorageConfiguration.class,
  StoreConfiguration.class,
  CommandConfiguration.class,
  TraceConfiguration.class,
  WorkConfiguration.class,
  QueryConfiguration.class,
  DoorConfiguration.class,
  HealthConfiguration.class,
})
public class VarveServer {
  private static final Logger LOG = LoggerFactory.getLogger(VarveServer.class);
  private static final int EXIT_CANNOT_START = 1;

  /** Starts the server, or explains in one line what is missing and exits with 1. */
  public static void main(String[] args) {
    if (args.length > 0 && args[0].equals("openapi")) {
      System.out.print(OpenApi.text());
      return;
    }
    if (List.of(args).contains("--help")) {
      System.out.print(SettingsTable.plain());
      return;
    }
    try {
      if (Boolean.getBoolean(Training.PROPERTY)) {
        Training.run(args);
      } else {
        start(args);
      }
    } catch (RuntimeException e) {
      String words = explain(e);
      if (words == null) {
        LOG.error("the server could not start", e);
      }
      System.err.println("varve: " + (words == null ? e.toString() : words));
      System.exit(EXIT_CANNOT_START);
    }
  }

  /** Starts the server in this process. */
  public static ConfigurableApplicationContext start(String... args) {
    var application = new SpringApplication(VarveServer.class);
    application.setBannerMode(Banner.Mode.OFF);
    application.setLogStartupInfo(false);
    application.addListeners(new SettingsInput());
    application.setDefaultProperties(Map.of("axoniq.update-checker.disabled", "true"));
    return application.run(Arguments.toProperties(args));
  }

  /**
   * Returns the words of the failure that was written for people; null when nobody foresaw it, and
   * only its stack trace helps.
   */
  static @Nullable String explain(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      switch (each) {
        case StartupException refused -> {
          return "[" + refused.code() + "] " + refused.getMessage();
        }
        case SettingsException setting -> {
          return "[setting.invalid] " + setting.getMessage();
        }
        case SchemaTooNewException schema -> {
          return "[schema.too-new] " + schema.getMessage();
        }
        case PortInUseException port -> {
          return "[port.in-use] Port "
              + port.getPort()
              + " is in use. Stop the other program or set VARVE_PORT (--port).";
        }
        default -> {
          // what it was caused by may be one of them
        }
      }
    }
    return null;
  }
}
