package dev.varve.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.server.e2e.Installation;
import dev.varve.server.e2e.OrderLoad;
import dev.varve.server.e2e.RunChecks;
import dev.varve.testkit.fault.FaultRun;
import dev.varve.testkit.process.Http;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** What the scenarios share. */
final class Faulty {
  /** Longest time for anything that must end. */
  static final Duration LIMIT = Duration.ofMinutes(FaultRun.times(5, 10));

  private static final int PACE_STARTS = 64;

  private Faulty() {}

  /** Every order ended once, whatever happened, and the chain is whole. */
  static void ordersAreSound(Http http, OrderLoad load, int begun) throws Exception {
    var checks = new RunChecks(http);
    checks.awaitEnd(load.acks().values(), LIMIT);
    assertThat(load.wrong()).as("answers that are neither success nor try again").isZero();
    assertThat(new HashSet<>(load.acks().values())).as("one execution per key").hasSize(begun);
    for (String id : load.acks().values()) {
      ArrayNode history = checks.history(id);
      checks.historyIsSound(id, history);
    }
    JsonNode verified = http.get("/api/v1/verify").body();
    assertThat(verified.path("valid").asBoolean()).as("chain: %s", verified).isTrue();
  }

  /** Publishes a definition. */
  static void publish(Http http, String yaml) throws IOException, InterruptedException {
    Http.Answer answer = http.post("/api/v1/definitions", "application/yaml", yaml, Map.of());
    assertThat(answer.status()).as(answer.text()).isLessThan(300);
  }

  /** Starts an execution; {@code wait} is a query string or empty. */
  static Http.Answer start(Http http, String definition, String input, String wait)
      throws IOException, InterruptedException {
    String body = "{\"definition\":\"%s\",\"input\":%s}".formatted(definition, input);
    return http.post("/api/v1/executions" + wait, body, Map.of());
  }

  /** Runs statements on a connection. */
  static void sql(Connection connection, String... statements) throws SQLException {
    try (var statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    }
  }

  /** Returns how long so many starts take here and now, by sixteen clients, rather too long. */
  static Duration timeOfStarts(Http http, int count) throws Exception {
    publish(
        http, "name: pace\nnodes: [ { id: only, type: task, handler: echo, with: { a: 1 } } ]\n");
    long begun = System.nanoTime();
    try (var clients = Executors.newFixedThreadPool(16)) {
      Callable<Http.Answer> one = () -> start(http, "pace", "{}", "");
      for (var each : clients.invokeAll(Collections.nCopies(PACE_STARTS, one))) {
        assertThat(each.get().status()).isEqualTo(201);
      }
    }
    return Duration.ofNanos(System.nanoTime() - begun).multipliedBy(count).dividedBy(PACE_STARTS);
  }

  /** Returns a connection of the owner of the database. */
  static Connection connect(Installation installation) throws SQLException {
    return DriverManager.getConnection(
        installation.postgres().server().jdbcUrl("postgres"),
        installation.postgres().user(),
        installation.postgres().password());
  }

  /** Runs a statement as the owner of the database. */
  static void sql(Installation installation, String... statements) throws SQLException {
    try (var connection = connect(installation);
        var statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    }
  }

  /** Returns the number that a query gives. */
  static long number(Installation installation, String query) throws SQLException {
    try (var connection = connect(installation);
        var statement = connection.createStatement();
        var row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** Returns the value of a meter without labels. */
  static double meter(Http http, String name) throws IOException, InterruptedException {
    for (String line : http.get("/metrics").text().split("\n", -1)) {
      if (line.startsWith(name + " ")) {
        return Double.parseDouble(line.substring(name.length() + 1));
      }
    }
    throw new AssertionError("Expected a meter " + name);
  }
}
