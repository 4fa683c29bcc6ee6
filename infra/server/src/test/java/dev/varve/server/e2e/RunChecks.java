package dev.varve.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.testkit.process.Await;
import dev.varve.testkit.process.Http;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/**
 * What must hold after a run with faults, looked at from outside: over HTTP, in the shop's journal,
 * by SQL.
 */
public final class RunChecks {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Set<String> ENDS =
      Set.of(
          "execution.completed", "execution.failed", "execution.cancelled", "execution.timed-out");

  private final Http http;

  /** Looks through the doors of one node. */
  public RunChecks(Http http) {
    this.http = http;
  }

  /** Waits until every execution has ended and the read models show it. */
  public void awaitEnd(Collection<String> executionIds, Duration limit) {
    Await.value(
        "all executions ended",
        limit,
        () -> ended(executionIds) ? Boolean.TRUE : null,
        () -> "still running: " + running());
  }

  private boolean ended(Collection<String> executionIds) throws IOException, InterruptedException {
    if (!running().isEmpty()) {
      return false;
    }
    Http.Answer projections = http.get("/api/v1/projections");
    if (projections.status() != 200 || projections.body().path("items").isEmpty()) {
      return false;
    }
    for (JsonNode each : projections.body().path("items")) {
      if (each.path("lagEvents").asLong(Long.MAX_VALUE) != 0) {
        return false;
      }
    }
    // again: the first look may have been at a read model that was behind
    if (!running().isEmpty()) {
      return false;
    }
    String any = executionIds.iterator().next();
    return http.get("/api/v1/executions/" + any).status() == 200;
  }

  private String running() {
    try {
      Http.Answer answer = http.get("/api/v1/executions?status=RUNNING&limit=3");
      if (answer.status() != 200) {
        return "(status " + answer.status() + ")";
      }
      JsonNode items = answer.body().path("items");
      return items.isEmpty() ? "" : items.toString();
    } catch (IOException e) {
      return "(no answer)";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "(interrupted)";
    }
  }

  /** Returns the whole history of one execution, over HTTP. */
  public ArrayNode history(String executionId) throws IOException, InterruptedException {
    ArrayNode items = JSON.createArrayNode();
    String after = "";
    while (true) {
      JsonNode page =
          http.get("/api/v1/executions/" + executionId + "/events?limit=500" + after).body();
      page.path("items").forEach(items::add);
      if (page.path("next").isMissingNode() || page.path("next").isNull()) {
        return items;
      }
      after = "&after=" + page.path("next").asString();
    }
  }

  /** Exactly one end, dense sequence, no step result recorded twice. */
  public void historyIsSound(String executionId, ArrayNode history) {
    int ends = 0;
    Set<String> completed = new HashSet<>();
    for (int i = 0; i < history.size(); i++) {
      JsonNode event = history.get(i);
      assertThat(event.path("sequence").asInt()).as("sequence of %s", executionId).isEqualTo(i);
      String type = event.path("type").asString();
      if (ENDS.contains(type)) {
        ends++;
        assertThat(i).as("end of %s is last", executionId).isEqualTo(history.size() - 1);
      }
      if (type.equals("execution.node-completed")) {
        String path = event.path("data").path("path").asString();
        assertThat(completed.add(path)).as("%s of %s completed once", path, executionId).isTrue();
      }
    }
    assertThat(ends).as("ends of %s", executionId).isOne();
  }

  /**
   * Returns the shop's calls by idempotency key, each as path and body, read from its journal's
   * file.
   */
  public static Map<String, List<String>> calls(Path journal) throws IOException {
    Map<String, List<String>> calls = new HashMap<>();
    for (String line : Files.readAllLines(journal)) {
      JsonNode call = JSON.readTree(line);
      String what = call.path("path").asString() + " " + call.path("body");
      calls.computeIfAbsent(call.path("key").asString(""), _ -> new ArrayList<>()).add(what);
    }
    return calls;
  }

  /** Returns every row of every read model, as text, sorted, by table. */
  public static Map<String, List<String>> readModels(String jdbcUrl, String user, String password)
      throws SQLException {
    Map<String, List<String>> tables = new TreeMap<>();
    try (Connection connection = DriverManager.getConnection(jdbcUrl, user, password)) {
      for (String table : readModelTables(connection)) {
        var rows = new ArrayList<String>();
        try (var statement = connection.createStatement();
            var result = statement.executeQuery("select t::text from read_model." + table + " t")) {
          while (result.next()) {
            rows.add(result.getString(1));
          }
        }
        rows.sort(null);
        tables.put(table, rows);
      }
    }
    return tables;
  }

  /** Empties every read model and forgets how far the projections were. No server may run. */
  public static void forgetReadModels(String jdbcUrl, String user, String password)
      throws SQLException {
    try (Connection connection = DriverManager.getConnection(jdbcUrl, user, password);
        var statement = connection.createStatement()) {
      for (String table : readModelTables(connection)) {
        statement.executeUpdate("truncate read_model." + table);
      }
      statement.executeUpdate("delete from event_store.projection_token");
      statement.executeUpdate("truncate work.task, work.timer");
    }
  }

  private static List<String> readModelTables(Connection connection) throws SQLException {
    var names = new ArrayList<String>();
    try (var statement = connection.createStatement();
        var result =
            statement.executeQuery(
                """
                select table_name from information_schema.tables
                where table_schema = 'read_model' and table_type = 'BASE TABLE'
                  and table_name <> 'schema_history' order by 1
                """)) {
      while (result.next()) {
        names.add(result.getString(1));
      }
    }
    return names;
  }
}
