package dev.varve.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.testkit.process.Await;
import dev.varve.testkit.process.Http;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What an operator looks at: the past of an execution, what is waiting, and a rebuild. */
class OperatorDoorsIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int WAITING = 5;
  private static final String ENDS =
      """
      name: ends
      input: { type: object, required: [name], properties: { name: { type: string } } }
      nodes:
        - { id: greet, type: task, handler: echo, with: { text: "hi ${input.name}" } }
        - { id: shout, type: transform, with: { text: "${nodes.greet.output.text + '!'}" } }
      edges:
        - { from: greet, to: shout }
      output: { said: "${nodes.shout.output.text}" }
      """;
  private static final String WAITS =
      """
      name: waits
      timeout: PT1H
      nodes:
        - { id: pause, type: delay, with: { duration: PT10M } }
        - { id: refused, type: task, handler: flaky, with: { failures: 9 },
            retry: { maxAttempts: 9, backoff: { initial: PT5M, factor: 1, max: PT5M } } }
      """;

  private static Installation installation;
  private static Http http;

  @BeforeAll
  static void start() throws Exception {
    installation = new Installation();
    var node = installation.startNode("alpha", Map.of());
    node.awaitReady();
    http = node.http();
    for (String yaml : List.of(ENDS, WAITS)) {
      assertThat(http.post("/api/v1/definitions", "application/yaml", yaml, Map.of()).status())
          .isEqualTo(201);
    }
  }

  @AfterAll
  static void stop() {
    installation.close();
  }

  private static String started(String definition, String input, String wait) throws Exception {
    String body = "{\"definition\":\"%s\",\"input\":%s}".formatted(definition, input);
    Http.Answer answer = http.post("/api/v1/executions" + wait, body, Map.of());
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    return answer.body().path("executionId").asString();
  }

  private static JsonNode get(String path) throws IOException, InterruptedException {
    Http.Answer answer = http.get("/api/v1" + path);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.body();
  }

  @Test
  void an_execution_is_shown_as_it_was_and_what_changed_since() throws Exception {
    String id = started("ends", "{\"name\":\"Ada\"}", "?wait=PT10S");
    JsonNode begun = get("/executions/" + id + "/state?at=0");
    JsonNode now = get("/executions/" + id + "/state");
    JsonNode diff = get("/executions/" + id + "/diff?from=0");

    assertThat(begun.path("sequence").asInt()).isZero();
    assertThat(begun.path("status").asString()).isEqualTo("RUNNING");
    assertThat(begun.path("nodes").get(0).path("status").asString()).isEqualTo("ACTIVE");
    assertThat(now.path("output").path("said").asString()).isEqualTo("hi Ada!");
    assertThat(get("/executions/" + id + "/state?at=" + now.path("recordedAt").asString()))
        .isEqualTo(now);
    assertThat(diff.path("to").path("sequence")).isEqualTo(now.path("sequence"));
    assertThat(diff.path("changes").valueStream().map(each -> each.path("pointer").asString()))
        .contains("/status", "/output", "/nodes/greet/status", "/nodes/shout/output");
  }

  @Test
  void an_expression_error_names_its_place_in_the_definition() throws Exception {
    String yaml =
        """
        name: misspelt
        nodes:
          - { id: only, type: task, handler: echo, with: { a: 1 } }
        output: { deep: { q: "${input.nope}" } }
        """;
    assertThat(http.post("/api/v1/definitions", "application/yaml", yaml, Map.of()).status())
        .isEqualTo(201);

    JsonNode error = get("/executions/" + started("misspelt", "{}", "?wait=PT10S")).path("error");

    assertThat(error.path("code").asString()).isEqualTo("expression.error");
    assertThat(error.path("details").path("pointer").asString()).isEqualTo("/output/deep/q");
  }

  @Test
  void a_moment_that_never_was_is_refused() throws Exception {
    String id = started("ends", "{\"name\":\"Ada\"}", "?wait=PT10S");

    for (String at : List.of("99", "-1", "yesterday", "2026-13-01T00:00:00Z")) {
      Http.Answer answer = http.get("/api/v1/executions/" + id + "/state?at=" + at);
      assertThat(answer.status()).as(at).isEqualTo(400);
      assertThat(answer.body().path("code").asString()).isEqualTo("query.invalid");
      assertThat(answer.body().path("errors").get(0).path("pointer").asString()).isEqualTo("/at");
    }
    assertThat(http.get("/api/v1/executions/" + id + "/state?at=2001-01-01T00:00:00Z").status())
        .isEqualTo(404);
    assertThat(http.get("/api/v1/executions/nobody/diff").status()).isEqualTo(404);
  }

  @Test
  void tasks_and_timers_that_wait_are_listed_page_by_page() throws Exception {
    var ids = new ArrayList<String>();
    for (int i = 0; i < WAITING; i++) {
      ids.add(started("waits", "{}", ""));
    }
    String one = ids.getFirst();
    Await.until(
        "the second attempt waits",
        LIMIT,
        () -> get("/tasks?executionId=" + one).path("items").path(0).path("attempt").asInt() == 2);
    JsonNode task = get("/tasks?executionId=" + one).path("items").get(0);
    assertThat(task.path("idempotencyKey").asString()).isEqualTo(one + "/refused");
    assertThat(task.path("handler").asString()).isEqualTo("flaky");

    Await.until("all tasks", LIMIT, () -> walk("/tasks?limit=2").containsAll(ids));
    assertThat(walk("/tasks?limit=2")).doesNotHaveDuplicates();
    Await.until(
        "both timers of each",
        LIMIT,
        () -> walk("/timers?limit=3").stream().filter(ids::contains).count() == 2 * WAITING);
    assertThat(get("/timers?executionId=" + one).path("items").valueStream())
        .extracting(each -> each.path("kind").asString())
        .containsExactlyInAnyOrder("DELAY", "EXECUTION_TIMEOUT");

    for (String bad : List.of("/tasks?cursor=AQ", "/timers?cursor=x", "/tasks?executionId=1")) {
      assertThat(http.get("/api/v1" + bad).status()).as(bad).isEqualTo(400);
    }
    assertThat(get("/tasks?handler=nobody").path("items")).isEmpty();
  }

  private static List<String> walk(String path) throws IOException, InterruptedException {
    var ids = new ArrayList<String>();
    String cursor = "";
    while (true) {
      JsonNode page = get(path + cursor);
      page.path("items").forEach(each -> ids.add(each.path("executionId").asString()));
      if (page.path("next").isNull() || page.path("next").isMissingNode()) {
        return ids;
      }
      cursor = "&cursor=" + page.path("next").asString();
    }
  }

  @Test
  void a_read_model_is_built_again_while_the_server_runs() throws Exception {
    String id = started("ends", "{\"name\":\"Bob\"}", "?wait=PT10S");
    JsonNode before = get("/executions/" + id);
    for (String name : List.of("execution", "definition", "statistics", "work")) {
      Http.Answer answer = http.post("/api/v1/projections/" + name + "/rebuild", "", Map.of());
      assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    }
    Await.until(
        "all projections caught up",
        LIMIT,
        () ->
            get("/projections")
                .path("items")
                .valueStream()
                .allMatch(each ->
                    each.path("lagEvents").asLong() == 0
                        && each.path("state").asString().equals("running")));

    assertThat(get("/executions/" + id).path("nodes")).isEqualTo(before.path("nodes"));
    assertThat(get("/definitions/ends").path("version").asInt()).isOne();
    Http.Answer unknown = http.post("/api/v1/projections/nothing/rebuild", "", Map.of());
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.body().path("code").asString()).isEqualTo("projection.not-found");
  }
}
