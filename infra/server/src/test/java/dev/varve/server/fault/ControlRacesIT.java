package dev.varve.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.server.e2e.Installation;
import dev.varve.testkit.fault.FaultRun;
import dev.varve.testkit.process.Await;
import dev.varve.testkit.process.Http;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/**
 * What operators order at the same moment as each other and as the execution goes its way: every
 * order is taken or refused with its code, and whatever came of it ends as the events say.
 */
@Timeout(value = 1, unit = TimeUnit.HOURS)
class ControlRacesIT {
  private static final int CLIENTS = 4;
  private static final int ORDERS = 6;
  private static final long SEED = 20260101;
  private static final List<String> VERBS = List.of("suspend", "resume", "retry");
  private static final Map<String, Set<String>> REFUSALS =
      Map.of(
          "suspend", Set.of("execution.not-running", "execution.terminal"),
          "resume", Set.of("execution.not-suspended", "execution.terminal"),
          "retry", Set.of("execution.not-failed", "execution.terminal"),
          "cancel", Set.of("execution.terminal"));

  private final Map<String, Integer> taken = new ConcurrentHashMap<>();

  @Test
  void orders_at_once_leave_an_execution_that_goes_on_to_its_end() throws Exception {
    var run = new FaultRun("C04", "suspend, resume, retry and cancel at the same moment");
    run.judge(() -> {
      Installation.Node node = SharedNode.ready();
      Installation installation = SharedNode.installation();
      Http http = node.http();
      Faulty.publish(
          http,
          """
          name: c04_control
          variables: { shop: "%s" }
          nodes:
            - { id: left, type: task, handler: sleep, with: { duration: PT0.2S } }
            - { id: call, type: http, with: { method: POST, url: "${vars.shop}/shipments" } }
            - { id: pause, type: delay, with: { duration: PT0.02S } }
            - { id: both, type: transform, with: { n: "${input.n}" } }
          edges:
            - { from: left, to: both }
            - { from: call, to: pause }
            - { from: pause, to: both }
          """
              .formatted(installation.shopUrl()));
      var acks = new HashMap<String, String>();
      try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
        for (int i = 0; i < FaultRun.times(30, 500); i++) {
          if (i % 2 == 0) {
            installation
                .shop()
                .post("/faults", "{\"path\":\"/shipments\",\"status\":500}", Map.of());
          }
          String input = "{\"n\":" + i + "}";
          String id =
              Faulty.start(http, "c04_control", input, "").body().path("executionId").asString();
          acks.put(id, id);
          atOnce(clients, http, id, i);
          repair(http, id);
        }
      }
      var audit = new Audit(http);
      Await.until("the read models know it all", Faulty.LIMIT, () -> audit.lag() == 0);
      Map<String, List<JsonNode>> histories = audit.histories("c04_control");
      run.count("acks", acks.size());
      run.count("lost", Audit.lost(acks, histories));
      run.count("doubled", histories.values().stream().mapToLong(Audit::resultsTwice).sum());
      for (String verb : REFUSALS.keySet()) {
        run.count(verb + " taken", taken.getOrDefault(verb, 0), verb.equals("cancel") ? 1 : 10);
      }
      assertThat(histories.keySet()).isEqualTo(acks.keySet());
      assertThat(histories.values()).allMatch(history -> Audit.resultsTwice(history) == 0);
      // the fold refuses a history in which an order was taken that its state did not allow
      audit.viewsEqualFold(histories, run);
      audit.chainIsValid();
    });
  }

  private void atOnce(ExecutorService clients, Http http, String id, int number) throws Exception {
    var barrier = new CyclicBarrier(CLIENTS);
    var all = new ArrayList<Callable<String>>();
    for (int i = 0; i < CLIENTS; i++) {
      var random = new Random(SEED + (long) number * CLIENTS + i);
      boolean cancels = i == 0 && number % 5 == 4;
      all.add(() -> {
        int _ = barrier.await(60, TimeUnit.SECONDS);
        for (int k = 0; k < ORDERS; k++) {
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(10)));
          boolean cancel = cancels && k == 0;
          order(http, id, cancel ? "cancel" : VERBS.get(random.nextInt(VERBS.size())));
        }
        return id;
      });
    }
    for (Future<String> each : clients.invokeAll(all)) {
      each.get();
    }
  }

  /** An order is taken, or refused for a reason that fits. */
  private void order(Http http, String id, String verb) throws Exception {
    Http.Answer answer = http.post("/api/v1/executions/" + id + "/" + verb, "{}", Map.of());
    if (answer.status() == 202) {
      taken.merge(verb, 1, Integer::sum);
      return;
    }
    assertThat(answer.status()).as(answer.text()).isEqualTo(409);
    assertThat(REFUSALS.get(verb)).contains(answer.body().path("code").asString());
  }

  /** What an operator does until it is over: lets it go on, and tries again when it failed. */
  private void repair(Http http, String id) {
    Await.until(
        "execution " + id + " has come to its end",
        Faulty.LIMIT,
        () -> {
          order(http, id, "resume");
          order(http, id, "retry");
          String status = http.get("/api/v1/executions/" + id).body().path("status").asString("");
          return status.equals("COMPLETED") || status.equals("CANCELLED");
        });
  }
}
