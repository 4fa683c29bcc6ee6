package dev.varve.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.server.e2e.Installation;
import dev.varve.testkit.fault.FaultRun;
import dev.varve.testkit.process.Http;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** Two ends of one attempt at the same moment: C03 and C09 by time-outs, C04 by cancels. */
@Timeout(value = 1, unit = TimeUnit.HOURS)
class RacesIT {
  @Test
  void an_attempt_that_ends_as_it_times_out_has_one_end() throws Exception {
    var run = new FaultRun("C03 C09", "completion, deadline, sweep and retry at the same moment");
    run.judge(() -> {
      Installation.Node node = SharedNode.ready();
      Installation installation = SharedNode.installation();
      Faulty.publish(
          node.http(),
          """
          name: c03
          nodes:
            - id: late
              type: task
              handler: sleep
              with: { duration: "${['PT0.055S', 'PT0.06S', 'PT0.065S', 'PT0.07S', 'PT0.075S', 'PT0.08S', 'PT0.085S', 'PT0.09S', 'PT0.095S', 'PT0.1S'][input.n % 10]}" }
              timeout: PT0.1S
              retry: { maxAttempts: 20, backoff: { initial: PT0.001S, factor: 1, max: PT0.001S } }
          """);
      try (var load =
          new KeyedLoad(
                  "c03",
                  node::http,
                  number -> Steps.start("c03", number),
                  installation.directory().resolve("c03.acks"))
              .begin(8, Duration.ofMillis(5))) {
        load.awaitBusy(FaultRun.times(60, 1_000), Faulty.LIMIT);
        load.finish(Faulty.LIMIT);
        var audit = new Audit(node.http());
        audit.awaitEnd("c03", Faulty.LIMIT);
        Map<String, List<JsonNode>> histories = audit.check("c03", load.journal(), run);
        long timeouts =
            histories.values().stream()
                .flatMap(List::stream)
                .filter(e -> e.path("type").asString().equals("execution.attempt-failed"))
                .count();
        run.count("attempts timed out", timeouts, 20);
        run.count("executions completed", ends(histories, "execution.completed"), 10);
        run.count("executions failed", ends(histories, "execution.failed"));
        // the fold refuses an attempt that ends twice or out of turn
        audit.viewsEqualFold(histories, run);
      }
    });
  }

  @Test
  void cancels_and_a_completion_at_once_have_one_winner() throws Exception {
    var run = new FaultRun("C04", "four cancels and the completion at the same moment");
    run.judge(() -> {
      Installation.Node node = SharedNode.ready();
      Faulty.publish(
          node.http(),
          """
          name: c04
          nodes:
            - { id: nap, type: task, handler: sleep, with: { duration: PT0.05S } }
          """);
      Http http = node.http();
      int completed = 0;
      int cancelled = 0;
      int pause = 43;
      var ids = new ArrayList<String>();
      try (ExecutorService clients = Executors.newFixedThreadPool(4)) {
        for (int i = 0; i < FaultRun.times(60, 1_000); i++) {
          String id = Faulty.start(http, "c04", "{}", "").body().path("executionId").asString();
          ids.add(id);
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pause + i % 5));
          long won = cancelFourTimes(clients, http, id);
          assertThat(won).as("cancels of %s that won", id).isBetween(0L, 1L);
          // towards the moment of the completion, wherever this machine has it
          pause = Math.max(0, won == 1 ? pause + 2 : pause - 2);
          cancelled += won == 1 ? 1 : 0;
          completed += won == 1 ? 0 : 1;
        }
      }
      var audit = new Audit(http);
      audit.awaitEnd("c04", Faulty.LIMIT);
      var acks = new HashMap<String, String>();
      ids.forEach(id -> acks.put(id, id));
      Map<String, List<JsonNode>> histories = audit.check("c04", acks, run);
      long ended = histories.values().stream().filter(RacesIT::wasCancelled).count();
      assertThat(ended).as("ends by cancel").isEqualTo(cancelled);
      run.count("cancel won", cancelled, 1);
      run.count("completion won", completed, 1);
    });
  }

  private static long ends(Map<String, List<JsonNode>> histories, String type) {
    return histories.values().stream()
        .filter(history -> history.getLast().path("type").asString().equals(type))
        .count();
  }

  private static boolean wasCancelled(List<JsonNode> history) {
    return history.getLast().path("type").asString().equals("execution.cancelled");
  }

  /** Returns how many of the four were accepted; the others must have been told of the end. */
  private static long cancelFourTimes(ExecutorService clients, Http http, String id)
      throws Exception {
    var barrier = new CyclicBarrier(4);
    Callable<Integer> cancel =
        () -> {
          int _ = barrier.await(10, TimeUnit.SECONDS);
          Http.Answer answer = http.post("/api/v1/executions/" + id + "/cancel", "{}", Map.of());
          if (answer.status() == 409) {
            assertThat(answer.body().path("code").asString()).isEqualTo("execution.terminal");
          } else {
            assertThat(answer.status()).as(answer.text()).isEqualTo(202);
          }
          return answer.status();
        };
    long won = 0;
    for (Future<Integer> each : clients.invokeAll(List.of(cancel, cancel, cancel, cancel))) {
      won += each.get() == 202 ? 1 : 0;
    }
    return won;
  }
}
