package dev.varve.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.server.e2e.Installation;
import dev.varve.server.e2e.RunChecks;
import dev.varve.testkit.fault.FaultRun;
import dev.varve.testkit.process.Http;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * E01 and E08: more than the server can do, on a small heap. It refuses what it cannot take, soon
 * and with a code, and is itself again afterwards.
 */
class OverloadIT {
  private static final int CLIENTS = 256;
  private static final Duration STORM = Duration.ofSeconds(FaultRun.times(8, 120));
  private static final Duration REFUSAL_LIMIT = Duration.ofSeconds(2);

  private final Queue<String> accepted = new ConcurrentLinkedQueue<>();
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicInteger broken = new AtomicInteger();
  private final AtomicLong slowestRefusalNanos = new AtomicLong();

  @Test
  void what_is_too_much_is_refused_soon_and_what_was_taken_is_done() throws Exception {
    try (var installation = new Installation()) {
      var node =
          installation.startNode(
              "alpha", Map.of("VARVE_WORKERS", "16", "JAVA_TOOL_OPTIONS", "-Xmx256m"));
      node.awaitReady();
      Faulty.publish(
          node.http(),
          """
          name: storm
          nodes:
            - { id: one, type: task, handler: echo, with: { text: "${input.text}" } }
            - { id: two, type: task, handler: echo, with: { text: "${nodes.one.output.text}" } }
          edges:
            - { from: one, to: two }
          """);
      String input = "{\"text\":\"" + "x".repeat(20_000) + "\"}";
      long until = System.nanoTime() + STORM.toNanos();
      try (var clients = Executors.newFixedThreadPool(CLIENTS)) {
        for (int i = 0; i < CLIENTS; i++) {
          clients.execute(() -> rush(node.http(), input, until));
        }
        clients.shutdown();
        assertThat(clients.awaitTermination(2, TimeUnit.MINUTES)).isTrue();
      }
      long calm = System.nanoTime();
      Http.Answer after = Faulty.start(node.http(), "storm", "{\"text\":\"calm\"}", "?wait=PT20S");
      var run = new FaultRun("E01 E08", CLIENTS + " clients without pause, 256 MB of heap");
      run.count("accepted", accepted.size(), 200);
      run.count("refused", refused.get());
      run.count("slowest refusal ms", slowestRefusalNanos.get() / 1_000_000);
      run.count("ms from storm to a finished start", (System.nanoTime() - calm) / 1_000_000);
      run.judge(() -> {
        assertThat(broken.get()).as("answers other than 201, 429 and 503").isZero();
        assertThat(Duration.ofNanos(slowestRefusalNanos.get())).isLessThan(REFUSAL_LIMIT);
        assertThat(after.body().path("status").asString()).isEqualTo("COMPLETED");
        new RunChecks(node.http()).awaitEnd(accepted, Faulty.LIMIT);
        assertThat(node.alive()).as("the process survived").isTrue();
      });
    }
  }

  private void rush(Http http, String input, long until) {
    while (System.nanoTime() < until) {
      long begun = System.nanoTime();
      try {
        Http.Answer answer = Faulty.start(http, "storm", input, "");
        switch (answer.status()) {
          case 201 -> accepted.add(answer.body().path("executionId").asString());
          case 429, 503 -> {
            refused.incrementAndGet();
            slowestRefusalNanos.accumulateAndGet(System.nanoTime() - begun, Math::max);
          }
          default -> broken.incrementAndGet();
        }
      } catch (IOException e) {
        broken.incrementAndGet();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
