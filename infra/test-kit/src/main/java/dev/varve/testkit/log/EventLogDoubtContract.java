package dev.varve.testkit.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.log.AppendException;
import dev.varve.api.log.Committed;
import dev.varve.eventstore.AppendUnit;
import dev.varve.eventstore.EventLogSettings;
import dev.varve.eventstore.EventTypes;
import dev.varve.eventstore.postgres.PostgresEventLog;
import dev.varve.testkit.fault.Reported;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A commit whose answer is lost: the writer writes the same group once more at the same positions,
 * and answers and feeds nothing until that has waited the first try out. The answer is "committed"
 * or "unknown", never a failure.
 */
public abstract class EventLogDoubtContract extends LogContract {
  private static final String WRITERS =
      "from pg_stat_activity where datname = current_database() and application_name like 'varve append%'";
  private static final String HANGING = WRITERS + " and wait_event = 'SyncRep'";
  private static final String REINSERTING =
      WRITERS
          + " and wait_event = 'transactionid' and query like '%insert into event_store.event%'";
  private static final long TRIGGER_LOCK = 4_711;

  /** Runs on a testbed. */
  protected EventLogDoubtContract(LogTestbed bed) {
    super(bed);
  }

  /** A node whose writer's connection can be cut without the server noticing. */
  private record CutNode(LogTestbed.Node node, CutConnections connections)
      implements AutoCloseable {
    CompletableFuture<List<Committed>> append(AppendUnit unit) {
      return node.log().append(unit);
    }

    long settled() {
      return ((PostgresEventLog) node.log()).stats().settled();
    }

    @Override
    public void close() {
      connections.reopen();
      node.close();
    }
  }

  private CutNode cutNode(EventLogSettings settings) {
    var connections = new CutConnections(LogTestbed.connections(database, settings));
    return new CutNode(
        bed.open(database, settings, EventTypes.standard(), connections), connections);
  }

  private CutNode cutNode() {
    return cutNode(bed.settings("node-b"));
  }

  @AfterEach
  void without_standby() {
    standby("");
  }

  @Reported(id = "A03")
  @Test
  void the_reinsertion_waits_for_a_hanging_commit_and_collides_with_its_own_events() {
    UUID stream = node.placement().newStreamId(0);
    try (CutNode other = cutNode()) {
      await(other.append(TestUnit.event(stream, 0)));
      standby("ghost");
      int[] events = {1};
      var hanging = untilOneHangs(() -> other.append(next(stream, events)));
      long tail = other.node.log().tail(0).position();
      other.connections.cut(0);
      untilSeen("the second insert waits for the first", REINSERTING);
      var behind = other.append(TestUnit.event(stream, events[0]));
      assertThat(hanging).isNotDone();

      database.longs("select count(pg_terminate_backend(pid)) " + HANGING);
      // Found, but no standby has it: that is waited for too, since an answer promises it.
      untilSeen("the answer waits for the standby", HANGING + " and query like '%emit_message%'");
      assertThat(hanging).isNotDone();
      assertThat(behind).isNotDone();
      assertThat(other.node.log().tail(0).position()).isEqualTo(tail);

      standby("");
      assertThat(await(hanging).getFirst().replayed()).isFalse();
      await(behind);
      assertThat(other.node.log().readStream(stream, 0, 1_000)).hasSize(events[0] + 1);
      assertThat(other.settled()).isEqualTo(1);
    }
  }

  @Reported(id = "A03")
  @Test
  void a_first_try_that_commits_after_all_is_acknowledged_once() throws SQLException {
    UUID stream = node.placement().newStreamId(0);
    try (CutNode other = cutNode();
        Connection held = holdInserts()) {
      var append = other.append(unit(stream));
      untilSeen("the first insert waits in its trigger", WRITERS + " and wait_event = 'advisory'");
      other.connections.cut(0);
      untilSeen("the second insert waits for the first", REINSERTING);
      assertThat(append).isNotDone();
      release(held);
      assertThat(await(append).getFirst().replayed()).isFalse();
      assertThat(other.node.log().readStream(stream, 0, 10)).hasSize(2);
      assertThat(other.settled()).isEqualTo(1);
    }
  }

  @Reported(id = "A03")
  @Test
  void a_first_try_that_dies_leaves_its_positions_to_the_second() throws SQLException {
    UUID stream = node.placement().newStreamId(0);
    try (CutNode other = cutNode();
        Connection held = holdInserts()) {
      var append = other.append(unit(stream));
      untilSeen("the first insert waits in its trigger", WRITERS + " and wait_event = 'advisory'");
      other.connections.cut(0);
      untilSeen("the second insert waits for the first", REINSERTING);
      database.longs(
          "select count(pg_terminate_backend(pid)) " + WRITERS + " and wait_event = 'advisory'");
      untilSeen("the second insert has the positions", WRITERS + " and wait_event = 'advisory'");
      release(held);
      assertThat(await(append).getFirst().position().position()).isEqualTo(2);
      assertThat(other.node.log().readStream(stream, 0, 10)).hasSize(2);
      assertThat(other.settled()).isEqualTo(1);
    }
  }

  @Reported(id = "A03")
  @Test
  void positions_that_another_node_took_meanwhile_are_its_own_and_the_group_comes_behind()
      throws Exception {
    UUID stream = node.placement().newStreamId(0);
    UUID theirs = node.placement().newStreamId(0);
    try (CutNode other = cutNode()) {
      CompletableFuture<List<Committed>> append;
      CompletableFuture<List<Committed>> faster;
      try (AutoCloseable held = holdAppends(0)) {
        assertThat(held).isNotNull();
        append = other.append(unit(stream));
        untilWaiting(1);
        other.connections.shut();
        database.longs(
            "select count(pg_terminate_backend(pid)) " + WRITERS + " and wait_event = 'advisory'");
        faster = node.log().append(TestUnit.of(theirs, 0).command(3).unit());
      }
      assertThat(await(faster).getFirst().position().position()).isEqualTo(3);
      other.connections.reopen();
      assertThat(await(append).getFirst().position().position()).isEqualTo(5);
      assertThat(other.node.log().readStream(stream, 0, 10)).hasSize(2);
    }
  }

  @Test
  void a_receipt_without_events_is_found_by_its_command() {
    UUID stream = node.placement().newStreamId(0);
    try (CutNode other = cutNode()) {
      await(other.append(TestUnit.event(stream, 0)));
      standby("ghost");
      int[] number = {0};
      var hanging =
          untilOneHangs(() ->
              other.append(
                  TestUnit.of(stream, 1).receipt("r-" + number[0]++, "h").command(0).unit()));
      other.connections.cut(0);
      untilSeen("the second try waits for the first", WRITERS + " and wait_event = 'advisory'");
      database.longs("select count(pg_terminate_backend(pid)) " + HANGING);
      standby("");
      assertThat(await(hanging).getFirst().replayed()).isFalse();
      assertThat(database.count("select count(*) from event_store.receipt")).isEqualTo(number[0]);
    }
  }

  @Reported(id = "A03")
  @Test
  void what_hangs_for_too_long_is_unknown_and_its_repeat_gets_the_first_answer() {
    UUID stream = node.placement().newStreamId(0);
    var impatient =
        new EventLogSettings.Timeouts(
            Duration.ofMillis(300),
            Duration.ofSeconds(15),
            Duration.ofSeconds(20),
            Duration.ofMillis(500));
    try (CutNode other = cutNode(bed.settings("node-b").with(impatient))) {
      await(other.append(TestUnit.event(stream, 0)));
      standby("ghost");
      int[] events = {1};
      var hanging = untilOneHangs(() -> other.append(next(stream, events)));
      other.connections.cut(0);
      failure(hanging, AppendException.OutcomeUnknown.class);
      // What comes behind knows that nothing of it was written, and says so.
      failure(
          other.append(TestUnit.event(node.placement().newStreamId(0), 0)),
          AppendException.Unavailable.class);

      standby("");
      until("nothing hangs", () -> database.count("select count(*) " + HANGING) == 0);
      int last = events[0] - 2;
      AppendUnit repeat = TestUnit.of(stream, last).receipt("cmd-" + last, "h").command(2).unit();
      var first = failure(other.append(repeat), AppendException.DuplicateCommand.class).first();
      assertThat(first.replayed()).isTrue();
      assertThat(other.node.log().readStream(stream, 0, 1_000)).hasSize(events[0]);
    }
  }

  private static AppendUnit unit(UUID stream) {
    return TestUnit.of(stream, 0).receipt("cmd", "h").acquire("key-" + stream).command(2).unit();
  }

  private static AppendUnit next(UUID stream, int[] events) {
    AppendUnit unit =
        TestUnit.of(stream, events[0]).receipt("cmd-" + events[0], "h").command(2).unit();
    events[0] += 2;
    return unit;
  }

  /**
   * Appends until a commit hangs behind its flush. A session shows the setting before commits obey
   * it: those before are just done.
   */
  private CompletableFuture<List<Committed>> untilOneHangs(
      Supplier<CompletableFuture<List<Committed>>> append) {
    while (true) {
      CompletableFuture<List<Committed>> each = append.get();
      until(
          "the commit hangs, or is done",
          () -> each.isDone() || database.count("select count(*) " + HANGING) == 1);
      if (!each.isDone()) {
        return each;
      }
    }
  }

  private void untilSeen(String what, String sessions) {
    until(what, () -> database.count("select count(*) " + sessions) > 0);
  }

  /** Every insert of events waits behind its rows, until the connection lets go. */
  private Connection holdInserts() throws SQLException {
    database.run(
        "create or replace function slow() returns trigger language plpgsql as $$ begin"
            + " perform pg_advisory_xact_lock_shared("
            + TRIGGER_LOCK
            + "); return null; end $$",
        "create trigger slow after insert on event_store.event for each statement execute function slow()");
    Connection connection = database.pool().getConnection();
    try (var statement = connection.createStatement()) {
      statement.execute("select pg_advisory_lock(" + TRIGGER_LOCK + ")");
    }
    return connection;
  }

  private static void release(Connection held) throws SQLException {
    try (var statement = held.createStatement()) {
      statement.execute("select pg_advisory_unlock_all()");
    }
  }

  /** A standby that does not exist makes every commit wait after its flush. */
  private void standby(String name) {
    try (var connection = database.pool().getConnection();
        var statement = connection.createStatement()) {
      statement.execute("set synchronous_commit = local");
      statement.execute("alter system set synchronous_standby_names = '" + name + "'");
      statement.execute("select pg_reload_conf()");
      statement.execute("reset synchronous_commit");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    until(
        "the setting is in force",
        () -> name.equals(database.text("show synchronous_standby_names")));
  }
}
