package dev.varve.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.server.e2e.Installation;
import dev.varve.testkit.fault.FaultRun;
import dev.varve.testkit.process.Await;
import dev.varve.testkit.process.Http;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** Too little of something: E02 connections of a pool, E03 pools, E04 the server's, E13 history. */
@Timeout(value = 1, unit = TimeUnit.HOURS)
class ResourcesIT {
  private static final Duration SOON = Duration.ofSeconds(2);
  private static final String GREEDY = "greedy";
  private static final String OTHERS =
      "backend_type = 'client backend' and application_name <> '" + GREEDY + "'";

  @Test
  void health_and_reads_answer_while_every_insert_is_slow() throws Exception {
    var run = new FaultRun("E02", "every insert of events takes two seconds");
    run.judge(() -> {
      Installation.Node node = SharedNode.ready();
      Installation installation = SharedNode.installation();
      Faulty.publish(node.http(), Steps.three("e02"));
      String fastAgain = "drop function if exists public.slow() cascade";
      Faulty.sql(
          installation,
          "create function public.slow() returns trigger language plpgsql as"
              + " 'begin perform pg_sleep(2); return null; end'",
          "create trigger slow before insert on event_store.event"
              + " for each statement execute function public.slow()");
      try (var load =
          new KeyedLoad(
                  "e02",
                  node::http,
                  number -> Steps.start("e02", number),
                  installation.directory().resolve("e02.acks"))
              .begin(32, Duration.ofMillis(1))) {
        for (int i = 0; i < FaultRun.times(10, 100); i++) {
          long begun = System.nanoTime();
          assertThat(node.http().get("/health").status()).isEqualTo(200);
          assertThat(node.http().get("/api/v1/executions?limit=5").status()).isEqualTo(200);
          Duration took = Duration.ofNanos(System.nanoTime() - begun);
          run.recovery(took);
          assertThat(took).as("health and a read").isLessThan(SOON);
        }
        load.awaitBusy(20, Faulty.LIMIT);
        Faulty.sql(installation, fastAgain);
        load.finish(Faulty.LIMIT);
        var audit = new Audit(node.http());
        audit.awaitEnd("e02", Faulty.LIMIT);
        audit.check("e02", load.journal(), run);
      } finally {
        // whoever comes next shares this node
        Faulty.sql(installation, fastAgain);
      }
    });
  }

  @Test
  void work_goes_on_with_the_smallest_pools() throws Exception {
    var run = new FaultRun("E03", "pools of two connections");
    run.judge(() -> {
      Installation.Node shared = SharedNode.ready();
      Installation installation = SharedNode.installation();
      Installation.Node node =
          installation.startNode("small", Map.of("VARVE_DATABASE_POOL_SIZE", "2"));
      try {
        node.awaitReady();
        Faulty.publish(node.http(), Steps.three("e03"));
        try (var load =
            new KeyedLoad(
                    "e03",
                    node::http,
                    number -> Steps.start("e03", number),
                    installation.directory().resolve("e03.acks"))
                .begin(64, Duration.ofMillis(1))) {
          load.awaitBusy(FaultRun.times(300, 3_000), Faulty.LIMIT);
          load.finish(Faulty.LIMIT);
          var audit = new Audit(shared.http());
          audit.awaitEnd("e03", Faulty.LIMIT);
          audit.check("e03", load.journal(), run);
        }
      } finally {
        installation.retire(node);
      }
    });
  }

  @Test
  void a_database_without_a_free_connection_is_waited_for() throws Exception {
    var run = new FaultRun("E04", "another client takes every connection and the server's are cut");
    run.judge(() -> {
      Installation.Node node = SharedNode.ready();
      Installation installation = SharedNode.installation();
      Faulty.publish(node.http(), Steps.three("e04"));
      List<Connection> greedy = new ArrayList<>();
      try (var load =
          new KeyedLoad(
                  "e04",
                  node::http,
                  number -> Steps.start("e04", number),
                  installation.directory().resolve("e04.acks"))
              .begin(6, Duration.ofMillis(10))) {
        load.awaitBusy(20, Faulty.LIMIT);
        run.count("times the servers were without", starve(installation, greedy), 1);
        run.count("connections taken", greedy.size(), 50);
        Http.Answer refused = Faulty.start(node.http(), "e04", "{\"n\":-1}", "");
        assertThat(refused.status()).as(refused.text()).isEqualTo(503);
        long begun = System.nanoTime();
        close(greedy);
        run.recovery(load.awaitAckSince(begun, Faulty.LIMIT));
        load.finish(Faulty.LIMIT);
        var audit = new Audit(node.http());
        audit.awaitEnd("e04", Faulty.LIMIT);
        assertThat(Audit.lost(load.journal(), audit.histories("e04"))).isZero();
        run.count("acks", load.acks(), 20);
      } finally {
        close(greedy);
      }
    });
  }

  /** Takes every connection, the servers' too; returns 1 when they have none and get none. */
  private static int starve(Installation installation, List<Connection> greedy)
      throws SQLException {
    for (int i = 0; i < 100; i++) {
      int before = greedy.size();
      grab(installation, greedy);
      Connection own = greedy.getFirst();
      if (greedy.size() == before && servers(own) == 0) {
        return 1;
      }
      Faulty.sql(own, "select pg_terminate_backend(pid) from pg_stat_activity where " + OTHERS);
    }
    return 0;
  }

  /** Also of a connection that is too young to have told its name. */
  private static int servers(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery("select count(*) from pg_stat_activity where " + OTHERS)) {
      row.next();
      return row.getInt(1);
    }
  }

  /** Opens connections until the server has none left, or the wanted ones are taken again. */
  private static void grab(Installation installation, List<Connection> greedy) {
    var postgres = installation.postgres();
    var properties = new Properties();
    properties.setProperty("user", postgres.user());
    properties.setProperty("password", postgres.password());
    properties.setProperty("ApplicationName", GREEDY);
    int refused = 0;
    for (int i = 0; i < 400 && refused < 5; i++) {
      try {
        greedy.add(DriverManager.getConnection(postgres.server().jdbcUrl("postgres"), properties));
      } catch (SQLException e) {
        refused++;
      }
    }
  }

  private static void close(List<Connection> connections) throws SQLException {
    for (Connection each : connections) {
      each.close();
    }
    connections.clear();
  }

  @Test
  void a_long_history_costs_no_more_per_step_than_a_short_one() throws Exception {
    int attempts = FaultRun.times(400, 1_000);
    var run = new FaultRun("E13", "one execution with very many attempts");
    run.judge(() -> {
      Installation.Node node = SharedNode.ready();
      Faulty.publish(
          node.http(),
          """
          name: e13
          nodes:
            - id: again
              type: task
              handler: flaky
              with: { failures: %d }
              retry: { maxAttempts: 1000, backoff: { initial: PT0.001S, factor: 1, max: PT0.001S } }
          """
              .formatted(attempts - 1));
      String id = Faulty.start(node.http(), "e13", "{}", "").body().path("executionId").asString();
      var audit = new Audit(node.http());
      Await.until(
          "it ended",
          Faulty.LIMIT,
          () ->
              node.http()
                  .get("/api/v1/executions/" + id)
                  .body()
                  .path("status")
                  .asString()
                  .equals("COMPLETED"));
      audit.awaitEnd("e13", Faulty.LIMIT);
      List<JsonNode> history = audit.histories("e13").getOrDefault(id, List.of());
      assertThat(history).hasSizeGreaterThanOrEqualTo(attempts);
      int tenth = history.size() / 10;
      long early = medianMicros(history.subList(tenth, 2 * tenth));
      long late = medianMicros(history.subList(history.size() - 1 - tenth, history.size() - 1));
      run.count("events", history.size(), attempts);
      run.count("median us between events, early tenth", early);
      run.count("median us between events, last tenth", late);
      assertThat(late).as("time between two events").isLessThan(3 * early + 12_000);
      audit.viewsEqualFold(Map.of(id, history), run);
    });
  }

  /** Of every other event: an attempt and its time-out come in pairs. */
  private static long medianMicros(List<JsonNode> events) {
    long[] gaps =
        IntStream.range(2, events.size())
            .mapToLong(i -> Duration.between(at(events.get(i - 2)), at(events.get(i))).toNanos())
            .sorted()
            .toArray();
    return gaps[gaps.length / 2] / 1_000;
  }

  private static Instant at(JsonNode event) {
    return Instant.parse(event.path("recordedAt").asString());
  }
}
