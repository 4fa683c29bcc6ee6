package dev.varve.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.testkit.fold.IndependentFold;
import dev.varve.testkit.process.Await;
import dev.varve.testkit.process.Http;
import dev.varve.testkit.process.JavaProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * An execution that failed is explained, its cause is repaired, and it goes on where it stopped.
 */
class RepairIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static Installation installation;
  private static Installation.Node node;
  private static Http http;
  @TempDir private Path directory;

  @BeforeAll
  static void start() throws Exception {
    installation = new Installation();
    node = installation.startNode("alpha", Map.of());
    node.awaitReady();
    http = node.http();
    String order =
        """
        name: repair_order
        variables: { shop: "%s" }
        nodes:
          - { id: reserve, type: http, with: { method: POST, url: "${vars.shop}/stock",
              body: { sku: book, n: 1 } } }
          - { id: ship, type: http, with: { method: POST, url: "${vars.shop}/shipments" } }
          - { id: remind, type: delay, with: { duration: PT0.2S } }
        edges:
          - { from: reserve, to: ship }
          - { from: ship, to: remind }
        output: { shipment: "${nodes.ship.output.body.id}" }
        """
            .formatted(installation.shopUrl());
    assertThat(http.post("/api/v1/definitions", "application/yaml", order, Map.of()).status())
        .isEqualTo(201);
  }

  @AfterAll
  static void stop() {
    installation.close();
  }

  private String varve(String... arguments) throws Exception {
    Path log = Files.createTempFile(directory, "varve", ".txt");
    var environment = Map.of("VARVE_SERVER", "http://127.0.0.1:" + node.port());
    try (var process =
        JavaProcess.start("dev.varve.cli.Varve", List.of(arguments), environment, log)) {
      assertThat(process.awaitExit(60)).as(Files.readString(log)).isZero();
      return Files.readString(log);
    }
  }

  private static JsonNode fail(String businessKey) throws Exception {
    installation.shop().post("/faults", "{\"path\":\"/shipments\",\"status\":500}", Map.of());
    String body = "{\"definition\":\"repair_order\",\"businessKey\":\"%s\"}".formatted(businessKey);
    Http.Answer answer = http.post("/api/v1/executions?wait=PT20S", body, Map.of());
    assertThat(answer.body().path("status").asString()).as(answer.text()).isEqualTo("FAILED");
    return answer.body();
  }

  private static JsonNode ended(String route) {
    Await.until(
        "the execution ends again",
        LIMIT,
        () -> http.get(route).body().path("status").asString().equals("COMPLETED"));
    return get(route);
  }

  private static JsonNode get(String route) {
    try {
      return http.get(route).body();
    } catch (Exception e) {
      throw new AssertionError(route, e);
    }
  }

  private static List<String> calls(String id) throws Exception {
    var paths = new ArrayList<String>();
    for (JsonNode call : installation.shop().get("/journal").body().path("items")) {
      if (call.path("key").asString("").startsWith(id)) {
        paths.add(call.path("path").asString());
      }
    }
    return paths;
  }

  @Test
  void a_failed_execution_is_explained_repaired_and_finished_from_the_command_line()
      throws Exception {
    String id = fail("cli").path("executionId").asString();

    assertThat(varve("execution", "show", id)).contains("FAILED").contains("ship").contains("500");
    assertThat(varve("execution", "retry", id, "--reason", "the shop is back")).contains("RUNNING");
    JsonNode view = ended("/api/v1/executions/" + id);

    assertThat(view.path("output").path("shipment").isMissingNode()).isFalse();
    assertThat(view.path("error").isNull() || view.path("error").isMissingNode()).isTrue();
    assertThat(calls(id)).containsExactly("/stock", "/shipments", "/shipments");
    JsonNode ship = view.path("nodes").path(1);
    assertThat(ship.path("attempts").size()).isEqualTo(2);
    assertThat(ship.path("attempts").path(0).path("status").asString()).isEqualTo("FAILED");
    assertThat(ship.path("attempts").path(0).path("error").path("code").asString()).isNotEmpty();
    assertThat(ship.path("attempts").path(1).path("status").asString()).isEqualTo("COMPLETED");
    assertThat(varve("execution", "events", id, "-o", "jsonl")).contains("the shop is back");
  }

  @Test
  void a_retry_is_done_once_whatever_is_sent_again_and_every_view_agrees() throws Exception {
    String id = fail("http").path("executionId").asString();
    String route = "/api/v1/executions/" + id;
    Map<String, String> key = Map.of("Idempotency-Key", "repair-" + id);

    Http.Answer stale = http.post(route + "/retry", "{}", Map.of("If-Match", "\"0\""));
    Http.Answer first = http.post(route + "/retry", "{\"reason\":\"again\"}", key);
    Http.Answer replay = http.post(route + "/retry", "{\"reason\":\"again\"}", key);
    JsonNode view = ended(route);
    Http.Answer late = http.post(route + "/retry", "{}", Map.of());

    assertThat(stale.status()).isEqualTo(412);
    assertThat(first.status()).as(first.text()).isEqualTo(202);
    assertThat(replay.text()).isEqualTo(first.text());
    assertThat(replay.response().headers().firstValue("Idempotent-Replay")).hasValue("true");
    assertThat(late.status()).isEqualTo(409);
    assertThat(late.body().path("code").asString()).isEqualTo("execution.terminal");
    var events = new ArrayList<JsonNode>();
    http.get(route + "/events?limit=100").body().path("items").forEach(events::add);
    assertThat(events.stream().filter(e -> e.path("type").asString().endsWith(".retried")))
        .hasSize(1);
    JsonNode fold = IndependentFold.fold(events, List.of("reserve", "ship", "remind"));
    assertThat(IndependentFold.differences(fold, view)).isEmpty();
    assertThat(IndependentFold.differences(fold, get(route + "/state"))).isEmpty();
    String stream = http.get(route + "/events/stream").text();
    assertThat(stream).contains("execution.failed").contains("execution.completed");
    JsonNode statistics = get("/api/v1/definitions/repair_order").path("statistics");
    assertThat(statistics.toString()).doesNotContain("null");
    assertThat(get("/api/v1/verify").path("valid").asBoolean()).isTrue();
  }

  @Test
  void a_retry_needs_its_business_key_again() throws Exception {
    String first = fail("shared").path("executionId").asString();
    String body = "{\"definition\":\"repair_order\",\"businessKey\":\"shared\"}";
    installation.shop().post("/faults", "{\"path\":\"/stock\",\"delayMs\":4000}", Map.of());
    Http.Answer second = http.post("/api/v1/executions", body, Map.of());
    assertThat(second.status()).as(second.text()).isEqualTo(201);

    Http.Answer refused = http.post("/api/v1/executions/" + first + "/retry", "", Map.of());

    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.body().path("code").asString()).isEqualTo("execution.business-key-taken");
    ended(second.response().headers().firstValue("Location").orElseThrow());
    Http.Answer free = http.post("/api/v1/executions/" + first + "/retry", "", Map.of());
    assertThat(free.status()).as(free.text()).isEqualTo(202);
    ended("/api/v1/executions/" + first);
  }
}
