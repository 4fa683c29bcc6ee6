package dev.varve.server;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** All figures, for Prometheus to fetch. */
@RestController
final class MetricsController {
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
  private static final String OPEN_METRICS =
      "application/openmetrics-text; version=1.0.0; charset=utf-8";

  private final PrometheusMeterRegistry registry;

  MetricsController(PrometheusMeterRegistry registry) {
    this.registry = registry;
  }

  /**
   * {@code GET /metrics}: in the text format of Prometheus, or in OpenMetrics 1.0 for who asks for
   * it; Prometheus takes either, whatever it put first.
   */
  @GetMapping("/metrics")
  ResponseEntity<byte[]> metrics(
      @RequestHeader(value = HttpHeaders.ACCEPT, required = false) @Nullable String accept) {
    String type =
        accept != null && accept.contains("application/openmetrics-text") ? OPEN_METRICS : TEXT;
    return ResponseEntity.ok()
        .contentType(MediaType.parseMediaType(type))
        .body(registry.scrape(type).getBytes(StandardCharsets.UTF_8));
  }
}
