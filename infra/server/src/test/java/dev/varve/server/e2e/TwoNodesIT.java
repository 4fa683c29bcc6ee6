package dev.varve.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.testkit.process.Await;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** Two nodes on one PostgreSQL share the work; when one is killed the other finishes everything. */
class TwoNodesIT {
  private static final int ORDERS = 400;
  private static final double SHARE_MIN = 0.2;
  private static final Duration END_LIMIT = Duration.ofMinutes(2);

  @Test
  void both_work_and_the_survivor_finishes_everything() throws Exception {
    try (var installation = new Installation()) {
      var alpha = installation.startNode("alpha", Map.of());
      alpha.awaitReady();
      var beta = installation.startNode("beta", Map.of());
      beta.awaitReady();
      OrderSample.publish(alpha.http(), installation.shopUrl());
      OrderSample.slowShop(installation, 1_000);
      var turn = new AtomicInteger();
      try (var load =
          new OrderLoad(
              () -> turn.getAndIncrement() % 2 == 0 ? alpha.http() : beta.http(),
              installation.directory().resolve("acks.journal"))) {
        load.start(0, ORDERS);
        Await.until("all starts acknowledged", END_LIMIT, () -> load.acks().size() >= ORDERS);
        Await.until(
            "some orders are finished and some are not",
            END_LIMIT,
            () -> installation.shop().get("/journal/stats").body().path("calls").asInt() > ORDERS);
        assertThat(running(alpha)).as("INCONCLUSIVE unless work is in flight").isTrue();
        beta.killNine();
        new RunChecks(alpha.http()).awaitEnd(load.acks().values(), END_LIMIT);
        check(alpha, load);
      }
    }
  }

  private static boolean running(Installation.Node node) throws Exception {
    return !node.http()
        .get("/api/v1/executions?status=RUNNING&limit=1")
        .body()
        .path("items")
        .isEmpty();
  }

  private static void check(Installation.Node survivor, OrderLoad load) throws Exception {
    assertThat(load.wrong()).isZero();
    var checks = new RunChecks(survivor.http());
    Map<String, Integer> events = new HashMap<>();
    int total = 0;
    for (String id : load.acks().values()) {
      ArrayNode history = checks.history(id);
      checks.historyIsSound(id, history);
      for (JsonNode event : history) {
        events.merge(event.path("metadata").path("node").asString(""), 1, Integer::sum);
        total++;
      }
    }
    assertThat(events).as("events by node").containsOnlyKeys("alpha", "beta");
    for (Map.Entry<String, Integer> each : events.entrySet()) {
      assertThat(each.getValue())
          .as("share of %s in %s", each.getKey(), events)
          .isGreaterThanOrEqualTo((int) (SHARE_MIN * total));
    }
    assertThat(survivor.http().get("/api/v1/verify").body().path("valid").asBoolean()).isTrue();
  }
}
