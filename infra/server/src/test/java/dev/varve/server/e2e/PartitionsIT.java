package dev.varve.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.testkit.process.Await;
import dev.varve.testkit.process.Http;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** The whole product on four logs: the same promises, nothing joined across them. */
class PartitionsIT {
  private static final int PARTITIONS = 4;
  private static final int ORDERS = 120;
  private static final Duration END_LIMIT = Duration.ofMinutes(2);

  @Test
  void four_partitions_keep_the_promises_of_one() throws Exception {
    try (var installation = new Installation()) {
      var node =
          installation.startNode("alpha", Map.of("VARVE_PARTITIONS", Integer.toString(PARTITIONS)));
      node.awaitReady();
      OrderSample.publish(node.http(), installation.shopUrl());
      OrderSample.slowShop(installation, 500);
      try (var load = new OrderLoad(node::http, installation.directory().resolve("acks.journal"))) {
        load.start(0, ORDERS);
        Await.until("some acks", END_LIMIT, () -> load.acks().size() >= ORDERS / 3);
        node.killNine();
        node.start();
        node.awaitReady();
        Await.until("all starts acknowledged", END_LIMIT, () -> load.acks().size() >= ORDERS);
        new RunChecks(node.http()).awaitEnd(load.acks().values(), END_LIMIT);
        assertThat(load.wrong()).isZero();
        assertThat(new HashSet<>(load.acks().values())).as("one execution per key").hasSize(ORDERS);
        check(node.http(), load.acks());
      }
    }
  }

  private static void check(Http http, Map<String, String> acks) throws Exception {
    var checks = new RunChecks(http);
    Map<String, Integer> events = new HashMap<>();
    Set<Integer> partitions = new HashSet<>();
    for (String id : acks.values()) {
      ArrayNode history = checks.history(id);
      checks.historyIsSound(id, history);
      ViewChecks.viewEqualsFold(http.get("/api/v1/executions/" + id).body(), history);
      events.put(id, history.size());
      partitions.add(partitionOf(id));
    }
    assertThat(partitions).as("INCONCLUSIVE unless every log is used").hasSize(PARTITIONS);
    assertThat(feed(http, events.keySet())).as("events in the feed").isEqualTo(events);
    JsonNode verified = http.get("/api/v1/verify").body();
    assertThat(verified.path("valid").asBoolean()).as("chains: %s", verified).isTrue();
    Map<String, Set<Integer>> processors = new HashMap<>();
    for (JsonNode each : http.get("/api/v1/projections").body().path("items")) {
      processors
          .computeIfAbsent(each.path("name").asString(), _ -> new HashSet<>())
          .add(each.path("partition").asInt());
    }
    assertThat(processors.values()).allSatisfy(each -> assertThat(each).hasSize(PARTITIONS));
  }

  /** Reads the whole feed and counts events by execution, each exactly once and in its order. */
  private static Map<String, Integer> feed(Http http, Set<String> executions) throws Exception {
    Map<String, Integer> counts = new HashMap<>();
    String after = "";
    while (true) {
      JsonNode page = http.get("/api/v1/events?limit=200&data=false" + after).body();
      for (JsonNode event : page.path("items")) {
        String stream = event.path("streamId").asString();
        if (executions.contains(stream)) {
          assertThat(event.path("sequence").asInt())
              .as("next event of %s", stream)
              .isEqualTo(counts.getOrDefault(stream, 0));
          counts.merge(stream, 1, Integer::sum);
        }
      }
      String next = page.path("next").asString("");
      if (next.isEmpty() || page.path("items").isEmpty()) {
        return counts;
      }
      after = "&after=" + URLEncoder.encode(next, StandardCharsets.UTF_8);
    }
  }

  /** The id of a stream carries its partition in the twelve bits after the version. */
  private static int partitionOf(String executionId) {
    return Integer.parseInt(executionId.substring(15, 18), 16);
  }
}
