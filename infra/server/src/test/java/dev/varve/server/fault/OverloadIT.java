package dev.varve.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.server.e2e.Installation;
import dev.varve.server.e2e.RunChecks;
import dev.varve.testkit.fault.FaultRun;
import dev.varve.testkit.process.Await;
import dev.varve.testkit.process.Http;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * E01 and E08: more than the server can do, on a small heap. It refuses what it cannot take, soon
 * and with a code, and is itself again afterwards.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class OverloadIT {
  private static final int CLIENTS = 256;
  private static final int COMMANDS_WAITING = 32;
  private static final int TIMES_CAPACITY = 5;
  private static final Duration CROWD = Duration.ofSeconds(FaultRun.times(5, 30));
  private static final Duration MEASURING = Duration.ofSeconds(FaultRun.times(3, 15));
  private static final Duration STORM = Duration.ofSeconds(FaultRun.times(5, 90));
  private static final Duration REFUSAL_LIMIT = Duration.ofSeconds(2);

  /** In a build the clients share two cores with other tests, and some wait for themselves. */
  private static final double SHARE = FaultRun.times(95, 100) / 100.0;

  private static Installation installation;

  private final Queue<String> accepted = new ConcurrentLinkedQueue<>();
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicInteger broken = new AtomicInteger();

  @BeforeAll
  static void start() throws Exception {
    installation = new Installation();
  }

  /** Each test has a node of its own; {@code heap} is a flag of the JVM. */
  private static Installation.Node startNode(String heap) throws Exception {
    Installation.Node node =
        installation.startNode(
            "alpha",
            Map.of(
                "VARVE_WORKERS",
                "16",
                "VARVE_COMMANDS_WAITING",
                Integer.toString(COMMANDS_WAITING),
                "_JAVA_OPTIONS", // stronger than the command line, which names another heap
                heap));
    node.awaitReady();
    return node;
  }

  @AfterAll
  static void stop() {
    installation.close();
  }

  /** Two steps that hand a text on. */
  private static void publish(Installation.Node node, String name) throws Exception {
    Faulty.publish(
        node.http(),
        """
        name: %s
        nodes:
          - { id: one, type: task, handler: echo, with: { text: "${input.text}" } }
          - { id: two, type: task, handler: echo, with: { text: "${nodes.one.output.text}" } }
        edges:
          - { from: one, to: two }
        """
            .formatted(name));
  }

  @Test
  void a_crowd_with_large_inputs_does_not_use_up_the_heap() throws Exception {
    Installation.Node node = startNode("-Xmx256m");
    publish(node, "crowd");
    String large = "{\"text\":\"" + "x".repeat(20_000) + "\"}";
    long end = System.nanoTime() + Faulty.LIMIT.toNanos();
    do {
      crowd(node, "crowd", large, CLIENTS, CROWD);
    } while ((accepted.size() < 30 || refused.get() < 1) && System.nanoTime() < end);
    var run = new FaultRun("E08", CLIENTS + " clients without pause, 256 MB of heap");
    run.count("accepted", accepted.size(), 30);
    run.count("refused", refused.get(), 1);
    run.judge(() -> {
      assertThat(broken.get()).as("answers other than 201, 429 and 503").isZero();
      new RunChecks(node.http()).awaitEnd(accepted, Faulty.LIMIT);
      assertThat(node.alive()).as("the process survived").isTrue();
    });
    installation.retire(node);
  }

  @Test
  void five_times_the_capacity_is_refused_soon_and_what_was_taken_is_done() throws Exception {
    Installation.Node node = startNode("-Xmx1g");
    publish(node, "storm");
    String input = "{\"text\":\"x\"}";
    var run =
        new FaultRun("E01", "a fixed rate of " + TIMES_CAPACITY + " times the measured capacity");
    // The disk is made slow: the capacity is the database's, and the clients here can exceed it.
    Faulty.sql(
        installation,
        "create function public.slow_disk() returns trigger language plpgsql as"
            + " 'begin perform pg_sleep(0.05); return null; end'",
        "create trigger slow_disk after insert on event_store.event"
            + " for each statement execute function public.slow_disk()");
    long capacity =
        crowd(node, "storm", input, COMMANDS_WAITING, MEASURING) / MEASURING.toSeconds();
    run.count("capacity per s", capacity, 20);
    var storm = new OpenLoop(node.port(), "{\"definition\":\"storm\",\"input\":" + input + "}");
    storm.send(TIMES_CAPACITY * (int) capacity, STORM);
    long calm = System.nanoTime();
    Await.until(
        "a start is taken again",
        Faulty.LIMIT,
        () -> Faulty.start(node.http(), "storm", input, "").status() == 201);
    run.recovery(Duration.ofNanos(System.nanoTime() - calm));
    Faulty.sql(installation, "drop function public.slow_disk() cascade");
    Http.Answer after = Faulty.start(node.http(), "storm", input, "?wait=PT20S");
    accepted.addAll(storm.accepted());
    run.count("sent", storm.sent(), 4L * capacity * STORM.toSeconds());
    run.count("accepted in the storm", storm.accepted().size(), 20);
    run.count("accepted per s of the storm", storm.accepted().size() / STORM.toSeconds());
    run.count("refused", storm.refused(), 100);
    run.count("refusal p99 ms", storm.refusedWithin(0.99).toMillis());
    run.count("slowest refusal ms", storm.refusedWithin(1).toMillis());
    run.judge(() -> {
      assertThat(storm.wrong()).as("answers other than 201, or 429 and 503 to be tried").isEmpty();
      assertThat(storm.refusedWithin(SHARE)).isLessThan(REFUSAL_LIMIT);
      assertThat(after.body().path("status").asString()).isEqualTo("COMPLETED");
      assertThat(Faulty.meter(node.http(), "varve_commands_refused_total"))
          .isGreaterThanOrEqualTo(storm.refused());
      new RunChecks(node.http()).awaitEnd(accepted, Faulty.LIMIT);
      assertThat(node.alive()).as("the process survived").isTrue();
    });
    installation.retire(node);
  }

  /** So many clients, each of which starts as soon as it has its answer; returns the accepted. */
  private int crowd(
      Installation.Node node, String definition, String input, int clients, Duration time)
      throws Exception {
    long until = System.nanoTime() + time.toNanos();
    int before = accepted.size();
    try (var pool = Executors.newFixedThreadPool(clients)) {
      for (int i = 0; i < clients; i++) {
        pool.execute(() -> rush(node.http(), definition, input, until));
      }
      pool.shutdown();
      assertThat(pool.awaitTermination(2, TimeUnit.MINUTES)).isTrue();
    }
    return accepted.size() - before;
  }

  private void rush(Http http, String definition, String input, long until) {
    while (System.nanoTime() < until) {
      try {
        Http.Answer answer = Faulty.start(http, definition, input, "");
        switch (answer.status()) {
          case 201 -> accepted.add(answer.body().path("executionId").asString());
          case 429, 503 -> refused.incrementAndGet();
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
