package dev.varve.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.testkit.fault.FaultRun;
import dev.varve.testkit.process.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * A thousand orders in flight while the server and PostgreSQL are killed in turn (A01 and A02 of
 * the catalogue).
 */
class KillIT {
  private static final int ORDERS = 1_000;
  private static final int KILLS_OF_EACH = FaultRun.times(5, 50);
  private static final int SLICE = 60;
  private static final int SLICES_MAX = 20;
  private static final Duration END_LIMIT = Duration.ofMinutes(FaultRun.times(3, 10));

  @Test
  @Timeout(value = 60, unit = TimeUnit.MINUTES)
  void every_acknowledged_order_ends_once_whatever_is_killed() throws Exception {
    try (var installation = new Installation()) {
      var node = installation.startNode("alpha", Map.of());
      node.awaitReady();
      OrderSample.publish(node.http(), installation.shopUrl());
      OrderSample.slowShop(installation, 3_000);
      try (var load = new OrderLoad(node::http, installation.directory().resolve("acks.journal"))) {
        load.start(0, ORDERS);
        int begun = kill(installation, node, load);
        Await.until("all starts acknowledged", END_LIMIT, () -> load.acks().size() >= begun);
        var run = new FaultRun("A01 A02", "kill -9 of the server, of PostgreSQL with its children");
        run.count("acks", load.acks().size(), 1_000);
        run.count("repeated requests", load.retries(), 1);
        run.count("server kills", KILLS_OF_EACH, KILLS_OF_EACH);
        run.count("PostgreSQL kills", KILLS_OF_EACH, KILLS_OF_EACH);
        run.judge(() -> check(installation, node, load, begun));
      }
    }
  }

  private static int kill(Installation installation, Installation.Node node, OrderLoad load)
      throws Exception {
    int begun = ORDERS;
    for (int fault = 0; fault < 2 * KILLS_OF_EACH; fault++) {
      begun = withRequestsInFlight(load, begun, fault);
      if (fault % 2 == 1) {
        installation.killPostgres();
      } else {
        node.killNine();
        node.start();
      }
      node.awaitReady();
    }
    return begun;
  }

  /**
   * Starts more orders until requests are under way at this very moment; returns how many were
   * begun in all.
   */
  private static int withRequestsInFlight(OrderLoad load, int begun, int fault) {
    int next = begun;
    for (int i = 0; i < SLICES_MAX; i++) {
      int acked = load.acks().size();
      load.start(next, SLICE);
      next += SLICE;
      int enough = Math.min(acked + SLICE / 4, ORDERS / 4 * (fault + 1));
      Await.until("acks before fault " + fault, END_LIMIT, () -> load.acks().size() >= enough);
      load.start(next, SLICE);
      next += SLICE;
      long end = System.nanoTime() + Duration.ofSeconds(1).toNanos();
      while (System.nanoTime() < end) {
        if (load.inFlight() > 0) {
          return next;
        }
        Thread.onSpinWait();
      }
    }
    throw new AssertionError("INCONCLUSIVE: no request was in flight at fault " + fault);
  }

  private static void check(
      Installation installation, Installation.Node node, OrderLoad load, int begun)
      throws Exception {
    var checks = new RunChecks(node.http());
    checks.awaitEnd(load.acks().values(), END_LIMIT);
    assertThat(load.wrong()).as("answers that are neither success nor try again").isZero();
    assertThat(new HashSet<>(load.acks().values())).as("one execution per key").hasSize(begun);
    for (String id : load.acks().values()) {
      ArrayNode history = checks.history(id);
      checks.historyIsSound(id, history);
      assertThat(history.get(history.size() - 1).path("type").asString())
          .as("end of %s: %s", id, history)
          .isEqualTo("execution.completed");
      ViewChecks.viewEqualsFold(node.http().get("/api/v1/executions/" + id).body(), history);
    }
    effectsRepeatOnlyWithTheirKey(installation, load, begun);
    JsonNode verified = node.http().get("/api/v1/verify").body();
    assertThat(verified.path("valid").asBoolean()).as("chain: %s", verified).isTrue();
    rebuildEqualsLive(installation, node, load);
  }

  private static void effectsRepeatOnlyWithTheirKey(
      Installation installation, OrderLoad load, int begun)
      throws IOException, InterruptedException {
    var calls = RunChecks.calls(installation.directory().resolve("shop.jsonl"));
    int repeated = 0;
    for (Map.Entry<String, List<String>> each : calls.entrySet()) {
      String execution = each.getKey().split("/", 2)[0];
      assertThat(load.acks())
          .as("key of a known order: %s", each.getKey())
          .containsValue(execution);
      assertThat(new HashSet<>(each.getValue())).as("calls with key %s", each.getKey()).hasSize(1);
      repeated += each.getValue().size() > 1 ? 1 : 0;
    }
    assertThat(calls).as("one key per effect").hasSize(2 * begun);
    if (repeated == 0) {
      throw new AssertionError("INCONCLUSIVE: no effect was ever repeated");
    }
  }

  private static void rebuildEqualsLive(
      Installation installation, Installation.Node node, OrderLoad load) throws Exception {
    var postgres = installation.postgres();
    String url = postgres.server().jdbcUrl("postgres");
    node.killNine();
    var live = RunChecks.readModels(url, postgres.user(), postgres.password());
    RunChecks.forgetReadModels(url, postgres.user(), postgres.password());
    node.start();
    node.awaitReady();
    var checks = new RunChecks(node.http());
    Await.until(
        "read models rebuilt",
        END_LIMIT,
        () -> node.http().get("/api/v1/executions/" + load.acks().get("order-0")).status() == 200);
    checks.awaitEnd(load.acks().values(), END_LIMIT);
    var rebuilt = RunChecks.readModels(url, postgres.user(), postgres.password());
    assertThat(live.values().stream().mapToInt(List::size).sum()).isGreaterThan(ORDERS);
    assertThat(rebuilt).isEqualTo(live);
  }
}
