package dev.varve.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.server.e2e.Installation;
import dev.varve.server.e2e.OrderLoad;
import dev.varve.server.e2e.OrderSample;
import dev.varve.server.e2e.RunChecks;
import dev.varve.testkit.fault.FaultRun;
import dev.varve.testkit.fault.Signals;
import dev.varve.testkit.process.Await;
import dev.varve.testkit.process.Http;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * B07, C05, C06 and C07: a node is frozen for longer than its lease, its work is adopted by a node
 * that has the same name, and it wakes up believing that it still owns it.
 */
class FrozenNodeIT {
  private static final int ORDERS = 120;
  private static final int FREEZES = FaultRun.times(2, 12);
  private static final String WORK_TOKEN =
      "from event_store.projection_token where processor = 'work'";
  private static final int IN_TRANSACTION = 10;
  private static final Duration SHOP = Duration.ofSeconds(2);

  @Test
  void a_node_that_wakes_up_after_its_lease_changes_nothing() throws Exception {
    try (var installation = new Installation()) {
      var alpha = installation.startNode("alpha", Map.of());
      alpha.awaitReady();
      OrderSample.publish(alpha.http(), installation.shopUrl());
      OrderSample.slowShop(installation, (int) SHOP.toMillis());
      var run =
          new FaultRun(
              "B07 C05 C06 C07", "node frozen for longer than its lease beside its namesake");
      try (var onAlpha =
          new OrderLoad(alpha::http, installation.directory().resolve("alpha.journal"))) {
        var beta = frozenInATransaction(installation, alpha.pid(), onAlpha);
        run.count("freezes in a transaction", 1, 1);
        try (var onBeta =
            new OrderLoad(beta::http, installation.directory().resolve("beta.journal"))) {
          frozenAgainAndAgain(installation, alpha.pid(), beta.http(), onAlpha, onBeta, run);
          run.judge(() -> {
            Faulty.ordersAreSound(beta.http(), onAlpha, IN_TRANSACTION + FREEZES * ORDERS);
            Faulty.ordersAreSound(beta.http(), onBeta, FREEZES * ORDERS);
            Map<String, List<String>> calls =
                RunChecks.calls(installation.directory().resolve("shop.jsonl"));
            calls.forEach((key, bodies) ->
                assertThat(new HashSet<>(bodies)).as("calls of %s", key).hasSize(1));
          });
        }
      }
    }
  }

  private static void frozenAgainAndAgain(
      Installation installation,
      long alpha,
      Http beta,
      OrderLoad onAlpha,
      OrderLoad onBeta,
      FaultRun run)
      throws Exception {
    for (int i = 0; i < FREEZES; i++) {
      int acked = onAlpha.acks().size();
      onAlpha.start(i * ORDERS, ORDERS);
      onBeta.start(1_000_000 + i * ORDERS, ORDERS);
      Await.until("acks", Faulty.LIMIT, () -> onAlpha.acks().size() >= acked + ORDERS / 4);
      long lost = lost(installation);
      Signals.freeze(alpha);
      try {
        Await.until(
            "work of the frozen node is adopted",
            Faulty.LIMIT,
            () -> lost(installation) > lost + 5);
      } finally {
        Signals.goOn(alpha);
      }
      run.count("freezes", 1, FREEZES);
      run.count("attempts adopted", lost(installation) - lost, FREEZES);
      // what the next round counts as adopted must be its own
      int due = (i + 1) * ORDERS;
      Await.until(
          "acks of alpha", Faulty.LIMIT, () -> onAlpha.acks().size() >= due + IN_TRANSACTION);
      Await.until("acks of beta", Faulty.LIMIT, () -> onBeta.acks().size() >= due);
      new RunChecks(beta).awaitEnd(onAlpha.acks().values(), Faulty.LIMIT);
    }
    int ofBeta = FREEZES * ORDERS;
    int ofAlpha = ofBeta + IN_TRANSACTION;
    run.count("acks", onAlpha.acks().size() + onBeta.acks().size(), ofAlpha + ofBeta);
  }

  /**
   * Freezes a node that has written a batch of a projection and not committed it: its token and
   * rows stay locked until the database ends the transaction, and then the other node goes on.
   */
  private static Installation.Node frozenInATransaction(
      Installation installation, long alpha, OrderLoad onAlpha) throws Exception {
    Await.until(
        "the work projection is claimed",
        Faulty.LIMIT,
        () -> Faulty.number(installation, "select count(owner) " + WORK_TOKEN) == 1);
    try (var mine = Faulty.connect(installation)) {
      mine.setAutoCommit(false);
      Faulty.sql(mine, "select " + WORK_TOKEN + " for update");
      onAlpha.start(2_000_000, IN_TRANSACTION);
      Await.until("acks", Faulty.LIMIT, () -> onAlpha.acks().size() == IN_TRANSACTION);
      Await.until(
          "a batch waits for its token", Faulty.LIMIT, () -> waitForToken(installation) > 0);
      Signals.freeze(alpha);
      mine.rollback();
    }
    try {
      var beta = installation.startNode("beta", Map.of("VARVE_NODE", "alpha"));
      beta.awaitReady();
      Await.until("beta goes on with it", Faulty.LIMIT, () -> lost(installation) > 0);
      return beta;
    } finally {
      Signals.goOn(alpha);
    }
  }

  private static long waitForToken(Installation installation) throws Exception {
    return Faulty.number(
        installation,
        "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
            + " and query like '%projection_token%position = %'");
  }

  private static long lost(Installation installation) throws Exception {
    return Faulty.number(
        installation,
        "select count(*) from event_store.event_readable where type = 'execution.attempt-lost'");
  }
}
