package dev.varve.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.testkit.process.Await;
import dev.varve.testkit.process.Http;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What an operator sees and does when the work projection cannot handle one execution. */
class ParkedDoorsIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String PARKED = "/api/v1/projections/work/parked";
  private static final String ENDS =
      """
      name: ends
      nodes: [{ id: greet, type: task, handler: echo, with: { text: hi } }]
      """;
  private static final String POISON =
      """
      name: poisoned
      nodes:
        - { id: poison, type: task, handler: flaky, with: { failures: 9 },
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
    for (String yaml : List.of(ENDS, POISON)) {
      assertThat(http.post("/api/v1/definitions", "application/yaml", yaml, Map.of()).status())
          .isEqualTo(201);
    }
  }

  @AfterAll
  static void stop() {
    installation.close();
  }

  @Test
  void a_stream_that_work_cannot_handle_is_shown_retried_and_takes_readiness_away_meanwhile()
      throws Exception {
    execute("alter table work.task add constraint poison check (path <> 'poison')");
    String poisoned = started("poisoned", "");
    Await.until("it is parked", LIMIT, () -> items().size() == 1);
    JsonNode parked = items().get(0);
    assertThat(parked.path("streamId").asString()).isEqualTo(poisoned);
    assertThat(parked.path("cause").asString()).contains("poison");
    assertThat(parkedOf("work")).isOne();
    assertThat(parkedOf("execution")).isZero();

    Http.Answer ready = http.get("/health/ready");
    assertThat(ready.status()).isEqualTo(503);
    assertThat(ready.body().path("components").path("parked").path("details").path("work").asInt())
        .isOne();
    started("ends", "?wait=PT10S");

    String one = PARKED + "/" + poisoned;
    assertProblem(http.post(one + "/retry", "", Map.of()), 409, "projection.still-failing");
    assertProblem(http.post(one + "/discard", "{}", Map.of()), 422, "request.invalid");
    assertProblem(http.post(PARKED + "/nobody/retry", "", Map.of()), 404, "projection.not-parked");

    execute("alter table work.task drop constraint poison");
    Http.Answer retried = http.post(one + "/retry", "", Map.of());
    assertThat(retried.status()).as(retried.text()).isEqualTo(200);
    assertThat(retried.body().path("events").asInt()).isPositive();
    assertThat(http.get("/health/ready").status()).isEqualTo(200);
    assertThat(parkedOf("work")).isZero();
    assertProblem(http.post(one + "/retry", "", Map.of()), 404, "projection.not-parked");
    assertThat(http.get("/api/v1/tasks?executionId=" + poisoned).body().path("items").size())
        .isOne();
  }

  @Test
  void a_projection_that_does_not_exist_has_nothing_parked() throws Exception {
    assertProblem(http.get("/api/v1/projections/nothing/parked"), 404, "projection.not-found");
  }

  private static JsonNode items() throws Exception {
    return http.get(PARKED).body().path("items");
  }

  private static int parkedOf(String projection) throws Exception {
    return http.get("/api/v1/projections")
        .body()
        .path("items")
        .valueStream()
        .filter(each -> each.path("name").asString().equals(projection))
        .mapToInt(each -> each.path("parked").asInt())
        .sum();
  }

  private static String started(String definition, String wait) throws Exception {
    String body = "{\"definition\":\"%s\",\"input\":{}}".formatted(definition);
    Http.Answer answer = http.post("/api/v1/executions" + wait, body, Map.of());
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    return answer.body().path("executionId").asString();
  }

  private static void assertProblem(Http.Answer answer, int status, String code) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.body().path("code").asString()).isEqualTo(code);
  }

  private static void execute(String sql) throws SQLException {
    var server = installation.postgres();
    try (var connection =
            DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + server.server().port() + "/postgres",
                server.user(),
                server.password());
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
