package dev.varve.testkit.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.log.AppendException;
import dev.varve.api.log.Committed;
import dev.varve.eventstore.EventLogSettings;
import dev.varve.eventstore.EventTypes;
import dev.varve.eventstore.postgres.PostgresEventLog;
import dev.varve.testkit.fault.Reported;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Lost connections, open outcomes, lost commits. */
public abstract class EventLogFaultContract extends LogContract {
  private static final String WRITER =
      "from pg_stat_activity where datname = current_database() and application_name like 'varve append%'";

  /** Runs on a testbed. */
  protected EventLogFaultContract(LogTestbed bed) {
    super(bed);
  }

  @Test
  void a_lost_connection_is_opened_again_and_nothing_is_lost_or_doubled() {
    UUID stream = stream();
    for (int i = 0; i < count(10, 200); i++) {
      database.longs("select count(pg_terminate_backend(pid)) " + WRITER);
      append(TestUnit.of(stream, i).receipt("cmd-" + i, "h").command(1).unit());
    }
    assertThat(node.log().readStream(stream, 0, 1_000)).hasSize(count(10, 200));
  }

  @Reported(id = "A04")
  @Test
  void connections_lost_again_and_again_under_load_lose_and_double_nothing() {
    int streams = 16;
    int each = count(60, 2_000);
    int killsMin = 3;
    var kills = new AtomicInteger();
    var appended = new AtomicLong();
    var clients = new ArrayList<CompletableFuture<Void>>();
    for (int i = 0; i < streams; i++) {
      UUID stream = stream();
      clients.add(
          CompletableFuture.runAsync(
              () -> {
                for (int next = 0; next < each || kills.get() < killsMin; next++) {
                  await(node.log().append(TestUnit.event(stream, next)));
                  appended.incrementAndGet();
                }
              },
              task -> Thread.ofVirtual().start(task)));
    }
    while (!clients.stream().allMatch(CompletableFuture::isDone)) {
      long before = appended.get();
      database.longs("select count(pg_terminate_backend(pid)) " + WRITER);
      kills.incrementAndGet();
      // A connection that is lost whenever it is new lets nobody through; that is not the case
      // here.
      until(
          "appends go on",
          () -> appended.get() > before || clients.stream().allMatch(CompletableFuture::isDone));
      LockSupport.parkNanos(60_000_000);
    }
    clients.forEach(LogContract::await);
    assertThat(database.count("select count(*) from event_store.event")).isEqualTo(appended.get());
    assertThat(database.count("select count(distinct event_id) from event_store.event"))
        .isEqualTo(appended.get());
  }

  @Reported(id = "A03")
  @Test
  void an_outcome_that_stays_open_is_answered_as_unknown_never_as_failed() throws Exception {
    UUID stream = node.placement().newStreamId(0);
    var impatient =
        new EventLogSettings.Timeouts(
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            Duration.ofSeconds(20),
            Duration.ofMillis(2_500));
    try (var other =
        bed.open(database, bed.settings("node-b").with(impatient), EventTypes.standard())) {
      CompletableFuture<List<Committed>> append;
      try (AutoCloseable held = holdAppends(0)) {
        assertThat(held).isNotNull();
        append = other.log().append(TestUnit.event(stream, 0));
        untilWaiting(1);
        database.longs(
            "select count(pg_terminate_backend(pid)) " + WRITER + " and wait_event_type = 'Lock'");
        failure(append, AppendException.OutcomeUnknown.class);
      }
      await(other.log().append(TestUnit.event(stream, 0)));
      assertThat(other.log().readStream(stream, 0, 10)).hasSize(1);
    }
  }

  @Reported(id = "A16")
  @Test
  void a_database_that_lost_commits_is_not_written_to() {
    UUID stream = stream();
    for (int i = 0; i < 5; i++) {
      append(TestUnit.event(stream, i));
    }
    database.run(
        "delete from event_store.event where stream_id = '" + stream + "' and sequence > 2");
    database.longs("select count(pg_terminate_backend(pid)) " + WRITER);
    UUID next = node.placement().newStreamId(TestUnit.event(stream, 0).partition());
    for (int i = 0; i < 2; i++) {
      assertThat(
              failure(node.log().append(TestUnit.event(next, 0)), AppendException.Unavailable.class)
                  .code())
          .isEqualTo("store.regressed");
    }
    assertThat(database.count("select count(*) from event_store.event")).isEqualTo(3);
    assertThat(((PostgresEventLog) node.log()).regressions())
        .singleElement()
        .satisfies(seen -> assertThat(seen.position()).isEqualTo(5));
  }
}
