package dev.varve.server.doors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.postgres.EphemeralPostgres;
import dev.varve.server.VarveServer;
import dev.varve.testkit.process.Await;
import dev.varve.testkit.process.Http;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * What the doors say when it is not the caller's fault: two servers over a database that comes to
 * harm, from bad to worse.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FailingDoorsIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String WRITERS =
      "from pg_stat_activity where application_name like 'varve append%'";
  private static final String START = "{\"definition\":\"said\"}";

  private static EphemeralPostgres postgres;
  private static final List<ConfigurableApplicationContext> SERVERS = new ArrayList<>();
  private static Http one;
  private static Http two;
  private static String database;

  @BeforeAll
  static void start() throws Exception {
    postgres = EphemeralPostgres.start();
    database = "127.0.0.1:" + postgres.server().port() + "/postgres";
    one = server("one");
    two = server("two");
    String yaml = "name: said\nnodes: [ { id: say, type: transform, with: { a: 1 } } ]\n";
    assertThat(one.post("/api/v1/definitions", "application/yaml", yaml, Map.of()).status())
        .isEqualTo(201);
  }

  private static Http server(String name) {
    ConfigurableApplicationContext context =
        VarveServer.start(
            "server",
            "--varve.port=0",
            "--varve.node=" + name,
            "--varve.settle-time=1s",
            "--varve.database-url=postgresql://"
                + postgres.user()
                + ":"
                + postgres.password()
                + "@"
                + database,
            "--varve.data-dir=" + postgres.server().directory().resolveSibling("varve-" + name));
    SERVERS.add(context);
    return new Http(
        "http://127.0.0.1:" + context.getEnvironment().getRequiredProperty("local.server.port"));
  }

  @AfterAll
  static void stop() {
    // together: each waits a while for the database that is away
    SERVERS.parallelStream().forEach(ConfigurableApplicationContext::close);
    postgres.close();
  }

  private static Connection connection() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://" + database, postgres.user(), postgres.password());
  }

  private static long number(String query) throws SQLException {
    try (Connection connection = connection();
        ResultSet row = connection.createStatement().executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  private static String code(Http.Answer answer) {
    return answer.body().path("code").asString("");
  }

  @Test
  @Order(1)
  void a_projection_is_rebuilt_by_the_node_that_runs_it_and_by_no_other() throws Exception {
    String route = "/api/v1/projections/statistics/rebuild";
    Await.until(
        "one of them owns it",
        LIMIT,
        () -> {
          List<Http.Answer> answers =
              List.of(one.post(route, "", Map.of()), two.post(route, "", Map.of()));
          List<Integer> statuses = answers.stream().map(Http.Answer::status).sorted().toList();
          return statuses.equals(List.of(202, 409))
              && answers.stream().anyMatch(each -> code(each).equals("projection.busy"));
        });
  }

  @Test
  @Order(2)
  void a_commit_whose_outcome_stays_open_is_unknown_and_told_the_same_id_later() throws Exception {
    Map<String, String> key = Map.of("Idempotency-Key", "in-doubt");
    try (Connection holder = connection()) {
      holder.createStatement().execute("select pg_advisory_lock(1447121494, 0)");
      var answer =
          CompletableFuture.supplyAsync(() -> {
            try {
              return one.post("/api/v1/executions", START, key);
            } catch (java.io.IOException | InterruptedException e) {
              throw new IllegalStateException(e);
            }
          });
      String waiting = WRITERS + " and wait_event_type = 'Lock'";
      Await.until("its writer waits", LIMIT, () -> number("select count(*) " + waiting) > 0);
      number("select count(pg_terminate_backend(pid)) " + waiting);

      Http.Answer unknown = answer.get(120, TimeUnit.SECONDS);

      assertThat(unknown.status()).as(unknown.text()).isEqualTo(503);
      assertThat(code(unknown)).isEqualTo("command.outcome-unknown");
      assertThat(unknown.response().headers().firstValue("Retry-After")).isPresent();
    }
    Await.until(
        "the same id gives the outcome",
        LIMIT,
        () -> one.post("/api/v1/executions", START, key).status() == 201);
    assertThat(
            number(
                "select count(*) from event_store.event_readable where sequence = 0"
                    + " and type = 'execution.started'"))
        .isEqualTo(1);
  }

  @Test
  @Order(3)
  void bytes_that_cannot_be_read_are_a_fault_of_the_server_told_without_insides() throws Exception {
    Http.Answer started = one.post("/api/v1/executions", START, Map.of());
    String id = started.body().path("executionId").asString();
    try (Connection connection = connection()) {
      connection
          .createStatement()
          .execute(
              "update event_store.event set payload = '\\xff' where sequence = 0 and stream_id = '"
                  + id
                  + "'");
    }

    Http.Answer answer = two.get("/api/v1/executions/" + id + "/events");

    assertThat(answer.status()).as(answer.text()).isEqualTo(500);
    assertThat(code(answer)).isEqualTo("server.internal");
    assertThat(answer.text()).doesNotContain("Exception").doesNotContain("dev.varve.e");
  }

  @Test
  @Order(4)
  void a_log_that_has_lost_its_tail_takes_no_commands_until_an_operator_says_so() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertThat(one.post("/api/v1/executions", START, Map.of()).status()).isEqualTo(201);
    }
    try (Connection connection = connection()) {
      connection
          .createStatement()
          .execute(
              "delete from event_store.event where position >= (select max(position) from"
                  + " event_store.event)");
    }
    number("select count(pg_terminate_backend(pid)) " + WRITERS);
    Await.until(
        "it is refused",
        LIMIT,
        () -> {
          Http.Answer answer = one.post("/api/v1/executions", START, Map.of());
          return answer.status() == 503 && code(answer).equals("store.regressed");
        });
    assertThat(one.get("/health/ready").status()).isEqualTo(503);
  }

  @Test
  @Order(5)
  void without_the_database_commands_and_queries_are_told_that_nothing_was_done() throws Exception {
    postgres.close();
    Await.until(
        "it is refused",
        LIMIT,
        () -> {
          Http.Answer answer = two.get("/api/v1/executions");
          return answer.status() == 503 && code(answer).equals("store.unavailable");
        });
  }
}
