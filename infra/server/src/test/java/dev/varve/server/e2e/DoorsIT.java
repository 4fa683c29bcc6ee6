package dev.varve.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.testkit.process.Await;
import dev.varve.testkit.process.Http;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The doors of one server, as a client sees them. */
class DoorsIT {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String HELLO =
      """
      name: hello_doors
      input: { type: object, required: [name], properties: { name: { type: string } } }
      nodes:
        - { id: greet, type: task, handler: echo, with: { text: "hi ${input.name}" } }
        - { id: shout, type: transform, with: { text: "${nodes.greet.output.text + '!'}" } }
      edges:
        - { from: greet, to: shout }
      output: { said: "${nodes.shout.output.text}" }
      """;
  private static final String WAITING =
      """
      name: waiting
      nodes:
        - { id: wait, type: delay, with: { duration: PT10M } }
      """;

  private static Installation installation;
  private static Http http;

  @BeforeAll
  static void start() throws Exception {
    installation = new Installation();
    var node = installation.startNode("alpha", Map.of());
    node.awaitReady();
    http = node.http();
    assertThat(publish(HELLO).status()).isEqualTo(201);
    assertThat(publish(WAITING).status()).isEqualTo(201);
  }

  @AfterAll
  static void stop() {
    installation.close();
  }

  private static Http.Answer publish(String yaml) throws Exception {
    return http.post("/api/v1/definitions", "application/yaml", yaml, Map.of());
  }

  private static Http.Answer start(String body, Map<String, String> headers) throws Exception {
    return http.post("/api/v1/executions", body, headers);
  }

  @Test
  void the_same_content_is_the_same_version_also_in_the_other_notation() throws Exception {
    Http.Answer again = publish("# a comment\n" + HELLO);

    assertThat(again.status()).isEqualTo(200);
    assertThat(again.body().path("version").asInt()).isOne();
    assertThat(again.body().path("created").asBoolean()).isFalse();
  }

  @Test
  void every_fault_of_a_document_is_reported_with_its_place() throws Exception {
    Http.Answer answer =
        publish(
            """
            name: broken
            nodes:
              - { id: a, type: taks, handler: echo }
              - { id: b, type: transform, with: { x: "${input." } }
            edges:
              - { from: b, to: nowhere }
            """);

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.body().path("code").asString()).isEqualTo("definition.invalid");
    JsonNode errors = answer.body().path("errors");
    assertThat(errors.size()).as(answer.text()).isGreaterThanOrEqualTo(3);
    for (JsonNode error : errors) {
      assertThat(error.path("line").asInt()).as(error.toString()).isPositive();
      assertThat(error.path("pointer").asString()).startsWith("/");
    }
  }

  @Test
  void start_with_wait_answers_the_view_of_the_ended_execution() throws Exception {
    Http.Answer answer =
        http.post(
            "/api/v1/executions?wait=PT10S",
            "{\"definition\":\"hello_doors\",\"input\":{\"name\":\"Ada\"}}",
            Map.of());

    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    assertThat(answer.body().path("status").asString()).isEqualTo("COMPLETED");
    assertThat(answer.body().path("output").path("said").asString()).isEqualTo("hi Ada!");
    assertThat(answer.response().headers().firstValue("Location").orElse(""))
        .isEqualTo("/api/v1/executions/" + answer.body().path("executionId").asString());
  }

  @Test
  void the_same_key_gives_the_same_answer_and_another_body_is_refused() throws Exception {
    String body = "{\"definition\":\"hello_doors\",\"input\":{\"name\":\"Ada\"}}";
    Map<String, String> key = Map.of("Idempotency-Key", "doors-1");

    Http.Answer first = start(body, key);
    Http.Answer second = start(body, key);
    Http.Answer other = start(body.replace("Ada", "Bob"), key);

    assertThat(first.status()).isEqualTo(201);
    assertThat(second.status()).isEqualTo(201);
    assertThat(second.text()).isEqualTo(first.text());
    assertThat(second.response().headers().firstValue("Idempotent-Replay")).hasValue("true");
    assertThat(other.status()).isEqualTo(409);
    assertThat(other.body().path("code").asString()).isEqualTo("command.id-reused");
  }

  @Test
  void input_that_does_not_fit_is_refused_with_pointers() throws Exception {
    Http.Answer answer = start("{\"definition\":\"hello_doors\",\"input\":{\"name\":7}}", Map.of());

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.body().path("code").asString()).isEqualTo("input.schema");
    assertThat(answer.body().path("errors").get(0).path("pointer").asString())
        .isEqualTo("/input/name");
  }

  @Test
  void a_waiting_execution_is_cancelled_once() throws Exception {
    Http.Answer started = start("{\"definition\":\"waiting\",\"businessKey\":\"w-1\"}", Map.of());
    String route = "/api/v1/executions/" + started.body().path("executionId").asString();

    Http.Answer taken = start("{\"definition\":\"waiting\",\"businessKey\":\"w-1\"}", Map.of());
    Http.Answer cancelled = http.post(route + "/cancel", "{\"reason\":\"test\"}", Map.of());
    Http.Answer again = http.post(route + "/cancel", "{}", Map.of());
    Http.Answer free = start("{\"definition\":\"waiting\",\"businessKey\":\"w-1\"}", Map.of());

    assertThat(taken.status()).isEqualTo(409);
    assertThat(taken.body().path("code").asString()).isEqualTo("execution.business-key-taken");
    assertThat(cancelled.status()).as(cancelled.text()).isEqualTo(202);
    assertThat(again.status()).isEqualTo(409);
    assertThat(again.body().path("code").asString()).isEqualTo("execution.terminal");
    assertThat(again.body().path("executionStatus").asString(again.text())).contains("CANCELLED");
    assertThat(free.status()).as(free.text()).isEqualTo(201);
    Await.until(
        "the view shows it",
        LIMIT,
        () -> http.get(route).body().path("status").asString("").equals("CANCELLED"));
  }

  @Test
  void the_feed_is_complete_resumable_and_names_the_node() throws Exception {
    start("{\"definition\":\"hello_doors\",\"input\":{\"name\":\"Eve\"}}", Map.of());
    int items = 0;
    String after = "";
    while (true) {
      JsonNode page = http.get("/api/v1/events?limit=3" + after).body();
      for (JsonNode item : page.path("items")) {
        assertThat(item.path("position").isString()).isTrue();
        assertThat(item.path("metadata").path("node").asString()).isEqualTo("alpha");
        items++;
      }
      if (page.path("items").isEmpty() || page.path("next").isNull()) {
        break;
      }
      after = "&after=" + page.path("next").asString();
    }

    assertThat(items).isGreaterThanOrEqualTo(4);
    Http.Answer damaged = http.get("/api/v1/events?after=nonsense");
    assertThat(damaged.status()).isEqualTo(400);
  }

  @Test
  void what_does_not_exist_is_told_with_a_stable_code() throws Exception {
    String nobody = "/api/v1/executions/01a1fc2f-5a83-7000-b569-698c1398ae65";

    assertThat(http.get(nobody).body().path("code").asString()).isEqualTo("execution.not-found");
    assertThat(http.get(nobody + "/events").status()).isEqualTo(404);
    assertThat(http.post(nobody + "/cancel", "{}", Map.of()).body().path("code").asString())
        .isEqualTo("execution.not-found");
    assertThat(http.get("/api/v1/nothing").body().path("code").asString())
        .isEqualTo("route.not-found");
    assertThat(start("{\"definition\":\"nobody\"}", Map.of()).body().path("code").asString())
        .isEqualTo("definition.not-found");
    assertThat(start("{\"definition\":", Map.of()).body().path("code").asString())
        .isEqualTo("json.malformed");
    assertThat(start("{\"definitoin\":\"x\"}", Map.of()).status()).isEqualTo(422);
  }

  @Test
  void operators_see_health_projections_metrics_and_a_sound_chain() throws Exception {
    assertThat(http.get("/health").body().path("status").asString()).isEqualTo("UP");
    assertThat(http.get("/health/live").status()).isEqualTo(200);
    assertThat(http.get("/metrics").text()).contains("varve_append_events");
    JsonNode projections = http.get("/api/v1/projections").body().path("items");
    assertThat(projections.size()).isEqualTo(4);
    JsonNode verified = http.get("/api/v1/verify").body();
    assertThat(verified.path("valid").asBoolean()).as(verified.toString()).isTrue();
  }
}
