package dev.varve.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.server.e2e.Installation;
import dev.varve.testkit.fault.FaultRun;
import dev.varve.testkit.process.Await;
import dev.varve.testkit.process.Http;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/**
 * D08: the wall clock of the server's machine is set forward and back while timers and time-outs
 * wait. What is promised by time goes by the database's clock, which stays right.
 */
class ClockStepsIT {
  private static final String NAME = "d08";

  /** What the clock is set to, in seconds beside the right time, one step every few seconds. */
  private static final List<Integer> STEPS = List.of(3_600, -3_600, 30 * 86_400, 0);

  private static final int ROUNDS = FaultRun.times(1, 5);
  private static final int EACH = FaultRun.times(20, 200);
  private static final Duration BETWEEN = Duration.ofSeconds(3);

  @Test
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  void a_clock_that_is_set_makes_no_timer_early_and_loses_none() throws Exception {
    var run = new FaultRun("D08", "the server's clock set forward and back by an hour and 30 days");
    Path library = library();
    if (library == null) {
      run.notRun("faketime");
      return;
    }
    try (var installation = new Installation()) {
      Path clock = installation.directory().resolve("clock");
      set(clock, 0);
      var node =
          installation.startNode(
              "alpha",
              Map.of(
                  "LD_PRELOAD",
                  library.toString(),
                  "FAKETIME_TIMESTAMP_FILE",
                  clock.toString(),
                  "FAKETIME_NO_CACHE",
                  "1",
                  "FAKETIME_DONT_FAKE_MONOTONIC",
                  "1",
                  "FAKETIME_FORCE_MONOTONIC_FIX",
                  "0"));
      node.awaitReady();
      run.judge(() -> step(installation, node, clock, run));
    }
  }

  private static void step(
      Installation installation, Installation.Node node, Path clock, FaultRun run)
      throws Exception {
    Http http = node.http();
    Faulty.publish(
        http,
        """
        name: %s
        nodes:
          - { id: until, type: delay, with: { until: "${input.at}" } }
          - { id: pause, type: delay, with: { duration: PT4S } }
          - { id: work, type: task, handler: sleep, with: { duration: PT4S }, timeout: PT60S }
        """
            .formatted(NAME));
    try (var load =
        new KeyedLoad(
            NAME,
            node::http,
            number ->
                "{\"definition\":\"%s\",\"input\":{\"at\":\"%s\"}}"
                    .formatted(NAME, Instant.now().plusSeconds(5)),
            installation.directory().resolve(NAME + ".acks"))) {
      load.begin(4, Duration.ofMillis(500));
      for (int round = 0; round < ROUNDS; round++) {
        for (int seconds : STEPS) {
          load.awaitBusy(EACH / STEPS.size(), Faulty.LIMIT);
          set(clock, seconds);
          Await.until("the server's clock is set", Faulty.LIMIT, () -> off(http) == seconds / 60);
          run.count("steps of the clock", 1, (long) ROUNDS * STEPS.size());
          long end = System.nanoTime() + BETWEEN.toNanos();
          Await.until("time passes", Faulty.LIMIT, () -> System.nanoTime() - end > 0);
        }
      }
      load.finish(Faulty.LIMIT);
      var audit = new Audit(http);
      audit.awaitEnd(NAME, Faulty.LIMIT);
      Map<String, List<JsonNode>> histories = audit.check(NAME, load.journal(), run);
      assertThat(load.wrong()).isEmpty();
      long late = 0;
      for (List<JsonNode> history : histories.values()) {
        late = Math.max(late, timesAreRight(history));
      }
      run.count("timers", 2L * histories.size(), EACH);
      run.count("latest timer ms", late);
      audit.viewsEqualFold(histories, run);
      audit.chainIsValid();
    }
  }

  /** No timer was early, nothing timed out or was taken away; returns how late the latest was. */
  private static long timesAreRight(List<JsonNode> history) {
    JsonNode first = history.getFirst();
    Instant until = Instant.parse(first.path("data").path("input").path("at").asString());
    Instant pause = due(first, "pause");
    // four seconds after the decision, which came before the record; a step is an hour at least
    assertThat(pause).isBetween(at(first).minusSeconds(60), at(first).plusSeconds(5));
    long late = 0;
    for (JsonNode event : history) {
      assertThat(event.path("type").asString())
          .isNotIn("execution.attempt-lost", "execution.attempt-failed", "execution.timed-out");
      String node = event.path("data").path("path").asString("");
      boolean timer = node.equals("until") || node.equals("pause");
      if (timer && event.path("type").asString().equals("execution.node-completed")) {
        Instant due = node.equals("until") ? until : pause;
        assertThat(at(event)).as("the timer %s", node).isAfterOrEqualTo(due);
        late = Math.max(late, Duration.between(due, at(event)).toMillis());
      }
    }
    return late;
  }

  private static Instant due(JsonNode started, String path) {
    for (JsonNode timer : started.path("data").path("timers")) {
      if (timer.path("path").asString().equals(path)) {
        return Instant.parse(timer.path("dueAt").asString());
      }
    }
    throw new AssertionError("Expected a timer of " + path + " in " + started);
  }

  private static Instant at(JsonNode event) {
    return Instant.parse(event.path("recordedAt").asString());
  }

  /** Returns by how many minutes the server's clock is ahead of this process's. */
  private static long off(Http http) throws IOException, InterruptedException {
    String date = http.get("/health/live").response().headers().firstValue("Date").orElseThrow();
    Instant there = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    return Math.round(Duration.between(Instant.now(), there).toSeconds() / 60.0);
  }

  private static void set(Path clock, int seconds) throws IOException {
    Path next = Files.writeString(clock.resolveSibling("clock.next"), "%+d\n".formatted(seconds));
    Files.move(next, clock, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Returns the library that lies to a process about the time; null when it is not installed. */
  private static @Nullable Path library() throws IOException {
    Path libraries = Path.of("/usr/lib");
    if (!Files.isDirectory(libraries)) {
      return null;
    }
    try (Stream<Path> machines = Files.list(libraries)) {
      return machines
          .map(machine -> machine.resolve("faketime/libfaketimeMT.so.1"))
          .filter(Files::isReadable)
          .findFirst()
          .orElse(null);
    }
  }
}
