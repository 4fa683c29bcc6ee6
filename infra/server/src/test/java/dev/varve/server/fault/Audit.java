package dev.varve.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.testkit.fault.FaultRun;
import dev.varve.testkit.fold.IndependentFold;
import dev.varve.testkit.process.Await;
import dev.varve.testkit.process.Http;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What must hold after any fault, looked at from outside: acknowledgements against the log. */
final class Audit {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int VIEWS_MAX = 300;
  private static final Set<String> ENDS =
      Set.of(
          "execution.completed", "execution.failed", "execution.cancelled", "execution.timed-out");

  private final Http http;

  Audit(Http http) {
    this.http = http;
  }

  /**
   * Waits until every execution of a definition has ended and the read models show it.
   *
   * @throws AssertionError when some are stuck
   */
  void awaitEnd(String definition, Duration limit) {
    Await.value(
        "all executions of " + definition + " ended",
        limit,
        () ->
            running(definition).isEmpty() && lag() == 0 && running(definition).isEmpty() ? 1 : null,
        () -> "stuck: " + quietly(definition));
  }

  private String quietly(String definition) {
    try {
      return running(definition).toString();
    } catch (IOException e) {
      return "(no answer)";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "(interrupted)";
    }
  }

  /** Returns up to a hundred executions that run, as the read model knows them. */
  JsonNode running(String definition) throws IOException, InterruptedException {
    String path = "/api/v1/executions?status=RUNNING&limit=100&definition=" + definition;
    Http.Answer answer = http.get(path);
    if (answer.status() != 200) {
      throw new IOException("status " + answer.status());
    }
    return answer.body().path("items");
  }

  /** Tells whether the read models have an execution. */
  boolean shows(String id) throws IOException, InterruptedException {
    return http.get("/api/v1/executions/" + id).status() == 200;
  }

  /** Returns the largest lag of any projection, in events. */
  long lag() throws IOException, InterruptedException {
    Http.Answer answer = http.get("/api/v1/projections");
    JsonNode items = answer.body().path("items");
    if (answer.status() != 200 || items.isEmpty()) {
      throw new IOException("status " + answer.status());
    }
    long lag = 0;
    for (JsonNode each : items) {
      lag = Math.max(lag, each.path("lagEvents").asLong(Long.MAX_VALUE));
    }
    return lag;
  }

  /**
   * Returns the histories of all executions of a definition, read from the feed of all events.
   * Those beyond the first three hundred keep of their later events little more than type and path:
   * full runs have hundreds of thousands of them.
   */
  Map<String, List<JsonNode>> histories(String definition)
      throws IOException, InterruptedException {
    Map<String, List<JsonNode>> ours = new LinkedHashMap<>();
    Set<String> whole = new HashSet<>();
    String after = "";
    while (true) {
      JsonNode page = http.get("/api/v1/events?limit=1000" + after).body();
      if (page.path("items").isEmpty()) {
        return ours;
      }
      for (JsonNode event : page.path("items")) {
        String id = event.path("streamId").asString();
        if (event.path("data").path("definition").asString("").equals(definition)
            && event.path("type").asString().equals("execution.started")) {
          ours.put(id, new ArrayList<>());
        }
        List<JsonNode> history = ours.get(id);
        if (history != null) {
          boolean compared = history.isEmpty() ? whole.size() < VIEWS_MAX : whole.contains(id);
          if (compared) {
            whole.add(id);
          }
          history.add(compared || history.isEmpty() ? event : brief(event));
        }
      }
      after = "&after=" + page.path("next").asString();
    }
  }

  private static JsonNode brief(JsonNode event) {
    ObjectNode brief = JSON.createObjectNode();
    brief.set("type", event.path("type"));
    brief.set("sequence", event.path("sequence"));
    brief.set("recordedAt", event.path("recordedAt"));
    brief.putObject("data").set("path", event.path("data").path("path"));
    return brief;
  }

  /** Returns how many acknowledged executions are not in the log. */
  static long lost(Map<String, String> acks, Map<String, List<JsonNode>> histories) {
    return acks.values().stream().filter(id -> !histories.containsKey(id)).count();
  }

  /**
   * Checks that nothing acknowledged was lost, that no key made two executions, and that every
   * history has one end and no result twice. All starts must have been acknowledged before.
   */
  Map<String, List<JsonNode>> check(String definition, Map<String, String> acks, FaultRun run)
      throws IOException, InterruptedException {
    Map<String, List<JsonNode>> histories = histories(definition);
    long lost = lost(acks, histories);
    long doubled = histories.size() - new HashSet<>(acks.values()).size() + lost;
    long resultsTwice = 0;
    long stuck = 0;
    for (List<JsonNode> events : histories.values()) {
      resultsTwice += resultsTwice(events);
      stuck += ends(events) == 0 ? 1 : 0;
    }
    run.count("acks", acks.size());
    run.count("lost", lost);
    run.count("doubled", doubled + resultsTwice);
    run.count("stuck", stuck);
    assertThat(lost).as("acknowledged, but not in the log").isZero();
    assertThat(doubled).as("executions that no key asked for").isZero();
    assertThat(resultsTwice).as("results recorded twice").isZero();
    assertThat(stuck).as("executions without an end").isZero();
    for (Map.Entry<String, List<JsonNode>> each : histories.entrySet()) {
      soundHistory(each.getKey(), each.getValue());
    }
    return histories;
  }

  private static void soundHistory(String id, List<JsonNode> events) {
    for (int i = 0; i < events.size(); i++) {
      assertThat(events.get(i).path("sequence").asInt()).as("sequence of %s", id).isEqualTo(i);
    }
    assertThat(ends(events)).as("ends of %s", id).isOne();
    assertThat(ENDS).as("last of %s", id).contains(events.getLast().path("type").asString());
  }

  private static int ends(List<JsonNode> events) {
    return (int) events.stream().filter(e -> ENDS.contains(e.path("type").asString())).count();
  }

  static long resultsTwice(List<JsonNode> events) {
    Set<String> seen = new HashSet<>();
    return events.stream()
        .filter(e -> e.path("type").asString().equals("execution.node-completed"))
        .filter(e -> !seen.add(e.path("data").path("path").asString()))
        .count();
  }

  /** Compares views with an independent fold of their histories, of up to three hundred. */
  void viewsEqualFold(Map<String, List<JsonNode>> histories, FaultRun run)
      throws IOException, InterruptedException {
    int compared = 0;
    for (Map.Entry<String, List<JsonNode>> each : histories.entrySet()) {
      if (compared == VIEWS_MAX) {
        break;
      }
      JsonNode view = http.get("/api/v1/executions/" + each.getKey()).body();
      var ids = new ArrayList<String>();
      view.path("nodes").forEach(node -> ids.add(node.path("id").asString()));
      ObjectNode expected = IndependentFold.fold(each.getValue(), ids);
      assertThat(IndependentFold.differences(expected, view)).as("view of %s", each).isEmpty();
      compared++;
    }
    run.count("views compared", compared);
  }

  /** Asks the server to verify its chain of hashes. */
  void chainIsValid() throws IOException, InterruptedException {
    JsonNode verified = http.get("/api/v1/verify").body();
    assertThat(verified.path("valid").asBoolean()).as("chain: %s", verified).isTrue();
  }

  /** Returns how many of these executions have had an effect in the shop. */
  static int served(Path shopJournal, Collection<String> executions) throws IOException {
    Set<String> served = new HashSet<>();
    for (String line : Files.readAllLines(shopJournal)) {
      served.add(JSON.readTree(line).path("key").asString("").split("/", 2)[0]);
    }
    served.retainAll(Set.copyOf(executions));
    return served.size();
  }

  /**
   * Checks that a repeated effect carried the same key and the same body; returns how many were
   * repeated.
   */
  static int effectsRepeatOnlyWithTheirKey(Path shopJournal, Collection<String> executions)
      throws IOException {
    Set<String> ours = new HashSet<>(executions);
    Map<String, List<String>> calls = new HashMap<>();
    for (String line : Files.readAllLines(shopJournal)) {
      JsonNode call = JSON.readTree(line);
      String key = call.path("key").asString("");
      assertThat(key).as("a call without a key: %s", line).isNotEmpty();
      if (ours.contains(key.split("/", 2)[0])) {
        String what = call.path("path").asString() + " " + call.path("body");
        calls.computeIfAbsent(key, _ -> new ArrayList<>()).add(what);
      }
    }
    int repeated = 0;
    for (Map.Entry<String, List<String>> each : calls.entrySet()) {
      assertThat(new HashSet<>(each.getValue())).as("calls with %s", each.getKey()).hasSize(1);
      repeated += each.getValue().size() > 1 ? 1 : 0;
    }
    return repeated;
  }
}
