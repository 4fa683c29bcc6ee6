package dev.varve.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.server.e2e.Installation;
import dev.varve.server.e2e.OrderSample;
import dev.varve.server.e2e.RunChecks;
import dev.varve.testkit.fault.FaultRun;
import dev.varve.testkit.fault.Inconclusive;
import dev.varve.testkit.fault.TcpProxy;
import dev.varve.testkit.process.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** Restarts at bad moments: A09, A11 with C10, B13. */
@Timeout(value = 2, unit = TimeUnit.HOURS)
class RestartsIT {
  private static final int RECOVERIES = FaultRun.times(2, 10);
  private static final int EFFECT_KILLS = FaultRun.times(1, 6);
  private static final int EFFECTS = FaultRun.times(20, 50);
  private static final Duration MARGIN = Duration.ofSeconds(3);
  private static final int OPEN = FaultRun.times(500, 10_000);

  @Test
  void a_database_that_restarts_while_a_node_recovers_strands_nothing() throws Exception {
    var run = new FaultRun("A09 C10", "database restarts while a killed server recovers its work");
    run.judge(() -> {
      Installation.Node node = SharedNode.ready();
      Installation installation = SharedNode.installation();
      Faulty.publish(node.http(), Steps.order("a09", installation.shopUrl()));
      OrderSample.slowShop(installation, 1_500);
      try (var load =
          new KeyedLoad(
                  "a09",
                  node::http,
                  number -> Steps.start("a09", number),
                  installation.directory().resolve("a09.acks"))
              .begin(6, Duration.ofMillis(40))) {
        for (int i = 0; i < RECOVERIES; i++) {
          load.awaitBusy(40, Faulty.LIMIT);
          long begun = System.nanoTime();
          node.killNine();
          node.start();
          await(node);
          // its lease of two seconds must run out before its predecessor's work is adopted
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200L * (i % 10)));
          installation.killPostgres();
          run.recovery(load.awaitAckSince(begun, Faulty.LIMIT));
          run.count("restarts during recovery", 1);
        }
        load.finish(Faulty.LIMIT);
        var audit = new Audit(node.http());
        audit.awaitEnd("a09", Faulty.LIMIT);
        Map<String, List<JsonNode>> histories = audit.check("a09", load.journal(), run);
        assertThat(load.wrong()).isEmpty();
        audit.viewsEqualFold(histories, run);
        run.count(
            "effects repeated with their key",
            Audit.effectsRepeatOnlyWithTheirKey(
                installation.directory().resolve("shop.jsonl"), load.journal().values()),
            1);
        audit.chainIsValid();
      } finally {
        OrderSample.slowShop(installation, 0);
      }
    });
  }

  @Test
  void many_open_executions_survive_the_death_of_everything() throws Exception {
    var run = new FaultRun("A11", "server and database killed with many executions open");
    run.judge(() -> {
      Installation.Node node = SharedNode.ready();
      Installation installation = SharedNode.installation();
      Faulty.publish(
          node.http(),
          """
          name: a11
          nodes:
            - { id: nap, type: delay, with: { until: "${input.at}" } }
            - { id: work, type: task, handler: echo, with: { n: "${input.n}" } }
          edges:
            - { from: nap, to: work }
          """);
      Duration starts = Faulty.timeOfStarts(node.http(), OPEN).multipliedBy(2);
      Instant due = Instant.now().plus(starts).plus(MARGIN.multipliedBy(2));
      try (var load =
          new KeyedLoad(
                  "a11",
                  node::http,
                  number ->
                      "{\"definition\":\"a11\",\"input\":{\"n\":%d,\"at\":\"%s\"}}"
                          .formatted(number, due),
                  installation.directory().resolve("a11.acks"))
              .begin(16, Duration.ofMillis(1))) {
        load.awaitBusy(OPEN, Faulty.LIMIT);
        load.finish(Faulty.LIMIT);
        Inconclusive.unless(
            Instant.now().isBefore(due.minus(MARGIN)), "the first timers are due already");
        run.count("open when killed", load.acks(), OPEN);
        node.killNine();
        installation.killPostgres();
        long begun = System.nanoTime();
        node.start();
        await(node);
        run.recovery(Duration.ofNanos(System.nanoTime() - begun));
        var audit = new Audit(node.http());
        audit.awaitEnd("a11", Faulty.LIMIT);
        Map<String, List<JsonNode>> histories = audit.check("a11", load.journal(), run);
        for (List<JsonNode> history : histories.values()) {
          noEarlyTimerAndNoSecondAttempt(history, due);
        }
        audit.viewsEqualFold(histories, run);
      }
    });
  }

  private static void noEarlyTimerAndNoSecondAttempt(List<JsonNode> history, Instant due) {
    for (JsonNode event : history.subList(1, history.size())) {
      assertThat(Instant.parse(event.path("recordedAt").asString())).isAfterOrEqualTo(due);
      assertThat(event.path("type").asString())
          .as("nothing that waited was dispatched again")
          .isNotEqualTo("execution.attempt-lost");
    }
  }

  @Test
  void an_effect_whose_result_was_not_recorded_is_repeated_with_its_key() throws Exception {
    var run = new FaultRun("C10", "server killed after the effect and before its record");
    run.judge(() -> {
      Installation.Node node = SharedNode.ready();
      Installation installation = SharedNode.installation();
      TcpProxy shop = SharedNode.shopDoor();
      Faulty.publish(node.http(), Steps.order("c10", "http://127.0.0.1:" + shop.port()));
      Map<String, String> acks = new HashMap<>();
      for (int round = 0; round < EFFECT_KILLS; round++) {
        acks.putAll(killBetweenEffectAndAnswer(node, shop, "c10-" + round));
        run.count("kills", 1, EFFECT_KILLS);
      }
      var audit = new Audit(node.http());
      audit.viewsEqualFold(audit.check("c10", acks, run), run);
      run.count(
          "effects repeated with their key",
          Audit.effectsRepeatOnlyWithTheirKey(
              installation.directory().resolve("shop.jsonl"), acks.values()),
          (long) EFFECT_KILLS * EFFECTS / 2);
    });
  }

  /** The shop's answers are on their way for seconds; returns what was acknowledged. */
  private static Map<String, String> killBetweenEffectAndAnswer(
      Installation.Node node, TcpProxy shop, String prefix) throws Exception {
    Installation installation = SharedNode.installation();
    Path journal = installation.directory().resolve("shop.jsonl");
    shop.delay(Duration.ofSeconds(3));
    try (var load =
        new KeyedLoad(
                prefix,
                node::http,
                number -> Steps.start("c10", number),
                installation.directory().resolve(prefix + ".acks"))
            .begin(4, Duration.ofMillis(5))) {
      load.awaitBusy(EFFECTS, Faulty.LIMIT);
      load.finish(Faulty.LIMIT);
      Set<String> ids = Set.copyOf(load.journal().values());
      Await.until("the shop has them", Faulty.LIMIT, () -> Audit.served(journal, ids) >= EFFECTS);
      node.killNine();
      shop.delay(Duration.ZERO);
      node.start();
      await(node);
      new Audit(node.http()).awaitEnd("c10", Faulty.LIMIT);
      return load.journal();
    } finally {
      shop.delay(Duration.ZERO);
    }
  }

  @Test
  void a_rebuild_that_is_killed_twice_ends_as_if_it_had_not_been() throws Exception {
    var run = new FaultRun("B13", "rebuild of a read model killed twice");
    run.judge(() -> {
      Installation.Node node = SharedNode.ready();
      Installation installation = SharedNode.installation();
      var postgres = installation.postgres();
      String url = postgres.server().jdbcUrl("postgres");
      Faulty.publish(node.http(), Steps.three("b13"));
      try (var load =
          new KeyedLoad(
                  "b13",
                  node::http,
                  number -> Steps.start("b13", number),
                  installation.directory().resolve("b13.acks"))
              .begin(16, Duration.ofMillis(1))) {
        load.awaitBusy(FaultRun.times(300, 3_000), Faulty.LIMIT);
        load.finish(Faulty.LIMIT);
        new Audit(node.http()).awaitEnd("b13", Faulty.LIMIT);
        var live = RunChecks.readModels(url, postgres.user(), postgres.password());
        for (int kill = 0; kill < 2; kill++) {
          rebuildAll(node);
          run.count("killed behind", new Audit(node.http()).lag() > 0 ? 1 : 0, 1);
          node.killNine();
          node.start();
          await(node);
        }
        new Audit(node.http()).awaitEnd("b13", Faulty.LIMIT);
        var rebuilt = RunChecks.readModels(url, postgres.user(), postgres.password());
        run.count("rows compared", live.values().stream().mapToInt(List::size).sum(), 300);
        assertThat(rebuilt).isEqualTo(live);
      }
    });
  }

  private static void rebuildAll(Installation.Node node) throws Exception {
    JsonNode items = node.http().get("/api/v1/projections").body().path("items");
    for (JsonNode each : items) {
      String name = each.path("name").asString();
      // a killed node's claim on the token runs out first
      Await.until(
          "rebuild of " + name,
          Faulty.LIMIT,
          () ->
              node.http().post("/api/v1/projections/" + name + "/rebuild", "", Map.of()).status()
                  == 202);
    }
  }

  private static void await(Installation.Node node) {
    try {
      node.awaitReady();
    } catch (AssertionError e) {
      throw new Inconclusive("a start failed: " + e.getMessage());
    }
  }
}
