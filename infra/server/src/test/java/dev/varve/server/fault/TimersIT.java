package dev.varve.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.server.e2e.Installation;
import dev.varve.server.e2e.RunChecks;
import dev.varve.testkit.fault.FaultRun;
import dev.varve.testkit.fault.Inconclusive;
import dev.varve.testkit.process.Await;
import dev.varve.testkit.process.Http;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** D05 and D06: many timers due at once, and the server and PostgreSQL gone when they are due. */
class TimersIT {
  private static final int TIMERS = FaultRun.times(300, 10_000);
  private static final Duration MARGIN = Duration.ofSeconds(3);

  @Test
  void timers_due_while_everything_is_down_fire_once_and_never_early() throws Exception {
    Installation.Node node = SharedNode.ready();
    Installation installation = SharedNode.installation();
    Faulty.publish(
        node.http(),
        """
        name: due
        nodes:
          - { id: nap, type: delay, with: { until: "${input.at}" } }
        """);
    Duration starts = Faulty.timeOfStarts(node.http(), TIMERS).multipliedBy(2);
    Instant due = Instant.now().plus(starts).plus(MARGIN.multipliedBy(2));
    List<String> ids = startAll(node.http(), due);
    var run =
        new FaultRun("D05 D06", "timers due at one instant while server and database are down");
    run.count("timers", ids.size(), TIMERS);
    run.count("pending before", pending(installation), TIMERS / 2);
    Inconclusive.unless(Instant.now().isBefore(due.minusSeconds(1)), "timers are due already");
    node.killNine();
    installation.killPostgres();
    Await.until("all are due", Faulty.LIMIT, () -> Instant.now().isAfter(due.plusSeconds(1)));
    long back = System.nanoTime();
    node.start();
    node.awaitReady();
    var checks = new RunChecks(node.http());
    checks.awaitEnd(ids, Faulty.LIMIT);
    run.count("ms from start to all fired", (System.nanoTime() - back) / 1_000_000);
    run.judge(() -> {
      for (String id : ids) {
        var history = checks.history(id);
        checks.historyIsSound(id, history);
        JsonNode fired = history.get(1);
        assertThat(Instant.parse(fired.path("recordedAt").asString()))
            .as("when the timer of %s fired", id)
            .isAfterOrEqualTo(due);
      }
    });
  }

  private static long pending(Installation installation) throws Exception {
    Await.until(
        "the work projection has them",
        Faulty.LIMIT,
        () -> Faulty.number(installation, "select count(*) from work.timer") >= TIMERS / 2);
    return Faulty.number(installation, "select count(*) from work.timer");
  }

  private static List<String> startAll(Http http, Instant due) throws Exception {
    List<Callable<String>> starts = new ArrayList<>();
    for (int i = 0; i < TIMERS; i++) {
      starts.add(() -> {
        Http.Answer answer = Faulty.start(http, "due", "{\"at\":\"" + due + "\"}", "");
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.body().path("executionId").asString();
      });
    }
    List<String> ids = new ArrayList<>();
    try (var clients = Executors.newFixedThreadPool(32)) {
      for (var each : clients.invokeAll(starts)) {
        ids.add(each.get());
      }
    }
    return ids;
  }
}
