package dev.varve.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.testkit.fault.FaultRun;
import dev.varve.testkit.process.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * A server that is asked to stop ends what it has begun, under a lease that it keeps renewing, and
 * leaves the rest to the others: no call is made twice.
 */
class DrainIT {
  private static final int EXECUTIONS = FaultRun.times(20, 400);
  private static final Duration LIMIT = Duration.ofMinutes(FaultRun.times(1, 5));

  /** Twice the lease: without heartbeats the other node would repeat every call. */
  private static final int SLOW_MILLIS = 4_000;

  private static final String DEFINITION =
      """
      name: drained
      variables: { shop: "SHOP" }
      nodes:
        - { id: reserve, type: http, with: { method: POST, url: "${vars.shop}/stock", body: { sku: pen, n: 1 } } }
        - { id: ship, type: http, with: { method: POST, url: "${vars.shop}/shipments" } }
      edges:
        - { from: reserve, to: ship }
      """;

  @Test
  void what_was_begun_is_ended_and_nothing_is_done_twice() throws Exception {
    try (var installation = new Installation()) {
      var alpha = installation.startNode("alpha", Map.of());
      alpha.awaitReady();
      var beta = installation.startNode("beta", Map.of());
      beta.awaitReady();
      String source = DEFINITION.replace("SHOP", installation.shopUrl());
      alpha.http().post("/api/v1/definitions", "application/yaml", source, Map.of());
      installation
          .shop()
          .post(
              "/faults",
              "{\"path\":\"/stock\",\"count\":%d,\"delayMs\":%d}"
                  .formatted(EXECUTIONS, SLOW_MILLIS),
              Map.of());
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < EXECUTIONS; i++) {
        var started =
            alpha.http().post("/api/v1/executions", "{\"definition\":\"drained\"}", Map.of());
        ids.add(started.body().path("executionId").asString());
      }
      Await.until(
          "every call is under way",
          LIMIT,
          () -> installation.shop().get("/faults").body().path("items").isEmpty());

      var run = new FaultRun("C08", "SIGTERM with calls under way for twice the lease");
      int exit = alpha.stop();
      run.count("calls under way", EXECUTIONS, EXECUTIONS);
      run.judge(() -> check(installation, alpha, beta, ids, exit));
    }
  }

  private static void check(
      Installation installation,
      Installation.Node alpha,
      Installation.Node beta,
      List<String> ids,
      int exit)
      throws Exception {
    assertThat(exit).as("ended by itself after SIGTERM: %s", alpha.logTail()).isEqualTo(143);
    assertThat(alpha.logTail()).doesNotContain("Attempts still ran when the grace ended");
    var checks = new RunChecks(beta.http());
    checks.awaitEnd(ids, LIMIT);
    for (String id : ids) {
      check(checks, id);
    }
    RunChecks.calls(installation.directory().resolve("shop.jsonl"))
        .forEach((key, calls) -> assertThat(calls).as(key).hasSize(1));
  }

  private static void check(RunChecks checks, String id) throws Exception {
    var history = checks.history(id);
    checks.historyIsSound(id, history);
    for (JsonNode event : history) {
      if (event.path("data").path("path").asString("").equals("reserve")) {
        assertThat(event.path("type").asString()).isEqualTo("execution.node-completed");
        assertThat(event.path("metadata").path("node").asString()).isEqualTo("alpha");
      }
    }
    assertThat(history.get(history.size() - 1).path("type").asString())
        .isEqualTo("execution.completed");
  }
}
