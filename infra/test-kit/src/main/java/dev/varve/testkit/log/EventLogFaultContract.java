package dev.varve.testkit.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.log.AppendException;
import dev.varve.api.log.Committed;
import dev.varve.eventstore.AppendUnit;
import dev.varve.eventstore.EventLogSettings;
import dev.varve.eventstore.EventTypes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
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

  @Test
  void connections_lost_again_and_again_under_load_lose_and_double_nothing() {
    int streams = 16;
    int each = count(60, 2_000);
    var clients = new ArrayList<CompletableFuture<Void>>();
    for (int i = 0; i < streams; i++) {
      UUID stream = stream();
      clients.add(
          CompletableFuture.runAsync(
              () -> {
                for (int sequence = 0; sequence < each; sequence++) {
                  await(node.log().append(TestUnit.event(stream, sequence)));
                }
              },
              task -> Thread.ofVirtual().start(task)));
    }
    while (!clients.stream().allMatch(CompletableFuture::isDone)) {
      database.longs("select count(pg_terminate_backend(pid)) " + WRITER);
      LockSupport.parkNanos(60_000_000);
    }
    clients.forEach(LogContract::await);
    assertThat(database.count("select count(*) from event_store.event"))
        .isEqualTo((long) streams * each);
    assertThat(database.count("select count(distinct event_id) from event_store.event"))
        .isEqualTo((long) streams * each);
  }

  @Test
  void an_outcome_that_stays_open_is_answered_as_unknown_never_as_failed() throws Exception {
    UUID stream = node.placement().newStreamId(0);
    var impatient =
        new EventLogSettings.Timeouts(
            Duration.ofMillis(300),
            Duration.ofSeconds(5),
            Duration.ofSeconds(20),
            Duration.ofMillis(500));
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

  @Test
  void a_commit_that_was_only_cut_off_from_its_answer_is_found_and_acknowledged_once() {
    UUID stream = stream();
    append(TestUnit.event(stream, 0));
    int events = 1;
    standby("ghost");
    try {
      CompletableFuture<List<Committed>> append;
      do {
        // A session shows the setting before commits obey it: those before are just done.
        AppendUnit unit =
            TestUnit.of(stream, events).receipt("cmd-" + events, "h").command(2).unit();
        CompletableFuture<List<Committed>> each = node.log().append(unit);
        until(
            "the commit hangs behind its flush, or is done",
            () -> each.isDone() || database.count(HANGING) == 1);
        append = each;
        events += 2;
      } while (append.isDone());
      database.longs("select count(pg_terminate_backend(pid)) " + WRITER + WAITS);
      assertThat(await(append).getFirst().replayed()).isFalse();
    } finally {
      standby("");
    }
    assertThat(node.log().readStream(stream, 0, events + 10)).hasSize(events);
    append(TestUnit.event(stream, events));
  }

  private static final String WAITS = " and wait_event = 'SyncRep'";
  private static final String HANGING = "select count(*) " + WRITER + WAITS;

  /** A standby that does not exist makes every commit wait after its flush. */
  private void standby(String name) {
    try (var connection = database.pool().getConnection();
        var statement = connection.createStatement()) {
      statement.execute("set synchronous_commit = local");
      statement.execute("alter system set synchronous_standby_names = '" + name + "'");
      statement.execute("select pg_reload_conf()");
      statement.execute("reset synchronous_commit");
    } catch (java.sql.SQLException e) {
      throw new IllegalStateException(e);
    }
    until(
        "the setting is in force",
        () -> name.equals(database.text("show synchronous_standby_names")));
  }

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
  }
}
