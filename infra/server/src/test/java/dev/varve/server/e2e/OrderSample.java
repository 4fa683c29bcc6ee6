package dev.varve.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.testkit.process.Http;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The order sample, as the tests use it. */
public final class OrderSample {
  /** A shop that is out of reach for a moment, on a machine that is busy, ends no order. */
  private static final String PATIENT =
      "retry: { maxAttempts: 20, backoff: { initial: PT0.2S, factor: 2, max: PT2S } },";

  private OrderSample() {}

  /** Publishes the sample with the shop at another address. */
  public static void publish(Http http, String shopUrl) throws IOException, InterruptedException {
    String source;
    try (InputStream sample = OrderSample.class.getResourceAsStream("/samples/order.yaml")) {
      if (sample == null) {
        throw new AssertionError("Expected the sample order.yaml on the class path");
      }
      source = new String(sample.readAllBytes(), StandardCharsets.UTF_8);
    }
    // the shop is slow on purpose here: an attempt must not time out because of that
    String yaml =
        source
            .replaceAll("http://127\\.0\\.0\\.1:9090", shopUrl)
            .replaceAll("timeout: PT5S", "timeout: PT30S")
            .replace("{ id: ship, type: http,", "{ id: ship, type: http, " + PATIENT);
    var answer = http.post("/api/v1/definitions", "application/yaml", yaml, Map.of());
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
  }

  /** Makes every effect of an order slow. */
  public static void slowShop(Installation installation, int delayMillis)
      throws IOException, InterruptedException {
    for (String path : List.of("/stock", "/shipments")) {
      String fault =
          "{\"path\":\"%s\",\"count\":100000,\"delayMs\":%d}".formatted(path, delayMillis);
      assertThat(installation.shop().post("/faults", fault, Map.of()).status()).isLessThan(300);
    }
  }
}
