package dev.varve.testkit.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.NodePath;
import dev.varve.api.execution.ExecutionCommand;
import dev.varve.api.execution.ExecutionCommand.LoseAttempt;
import dev.varve.api.execution.ExecutionCommand.TimeOutAttempt;
import dev.varve.command.port.Incarnation;
import dev.varve.workqueue.Leases;
import dev.varve.workqueue.Recovery;
import dev.varve.workqueue.WorkSettings;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RecoveryIT {
  private static final Duration LEASE = Duration.ofSeconds(3);
  private static final NodePath PATH = new NodePath("charge");
  private static final WorkSettings SHARED =
      new WorkSettings(
          LEASE,
          Duration.ofMillis(20),
          Duration.ofMillis(50),
          Duration.ofMillis(20),
          8,
          1_000,
          false);

  private final WorkDatabase database = new WorkDatabase();
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  /** One process. */
  private final class Node {
    final Incarnation self;
    final RecordingCommands commands = new RecordingCommands();
    final RecordingWork work = new RecordingWork();
    final Leases leases;
    final Recovery recovery;

    Node(String id, WorkSettings settings) {
      self = new Incarnation(id, "node-" + id);
      leases = new Leases(database.dataSource(), self, settings);
      recovery = new Recovery(database.dataSource(), commands, self, leases, work, settings);
    }

    Node start() throws SQLException {
      leases.start(work);
      open.push(leases);
      recovery.start();
      open.push(recovery);
      return this;
    }

    Set<ExecutionCommand> sent() {
      return new HashSet<>(commands.sent());
    }
  }

  @AfterEach
  void close() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }

  private static ExecutionId id(int number) {
    return new ExecutionId(new UUID(0x7000, number));
  }

  private ExecutionId task(int number, String owner, String available, String deadline)
      throws SQLException {
    ExecutionId id = id(number);
    database.run(
        """
        insert into work.task values ('default', ?, 'charge', 'charge', 'task', 'echo', 1, ?,
          clock_timestamp() + ?::interval, clock_timestamp() + ?::interval, '{}')\
        """,
        id.value(),
        owner,
        available,
        deadline);
    return id;
  }

  private static LoseAttempt lost(ExecutionId id, String owner) {
    return new LoseAttempt(id, PATH, 1, owner);
  }

  private void lease(String incarnation, String expires) throws SQLException {
    database.run(
        "insert into work.lease values (?, 'x', clock_timestamp(), clock_timestamp() +"
            + " ?::interval)",
        incarnation,
        expires);
  }

  private Set<String> leases() throws SQLException {
    return new HashSet<>(database.rows("select incarnation from work.lease"));
  }

  @Test
  void work_of_a_dead_process_is_taken_over_and_that_of_a_live_one_is_not() throws Exception {
    lease("expired", "-1 ms");
    lease("alive", "1 hour");
    ExecutionId dead = task(1, "expired", "-1 s", "1 hour");
    ExecutionId gone = task(2, "never-seen", "1 hour", "2 hours");
    ExecutionId live = task(3, "alive", "-1 s", "1 hour");

    // The other live process never runs here: it would take its share of the three.
    Node process = new Node("p1", SHARED).start();
    Soon.until(() -> "the dead process's row to be deleted", () -> !leases().contains("expired"));
    process.work.know(live);
    database.run("update work.task set owner = 'p1' where execution_id = ?", live.value());
    database.run("delete from work.lease where incarnation = 'alive'");

    Soon.until(
        () -> "two attempts to be lost, but sent " + process.sent(),
        () -> process.sent().size() == 2);
    assertThat(process.sent())
        .containsExactlyInAnyOrder(lost(dead, "expired"), lost(gone, "never-seen"));
  }

  @Test
  void live_processes_share_the_work_of_a_dead_one() throws Exception {
    Node first = new Node("p1", SHARED).start();
    Node second = new Node("p2", SHARED).start();
    var all = new HashSet<ExecutionCommand>();
    for (int i = 0; i < 40; i++) {
      all.add(lost(task(i, "dead", "-1 s", "1 hour"), "dead"));
    }

    Soon.until(
        () -> "40 attempts to be lost",
        () -> {
          var sent = new HashSet<>(first.sent());
          sent.addAll(second.sent());
          return sent.equals(all);
        });
    assertThat(first.sent()).isNotEmpty();
    assertThat(second.sent()).isNotEmpty();
  }

  @Test
  void a_process_alone_on_its_database_knows_all_others_to_be_dead() throws Exception {
    lease("before-the-crash", "1 hour");
    ExecutionId id = task(1, "before-the-crash", "-1 s", "1 hour");

    Node process = new Node("p1", SHARED.alone()).start();

    Soon.until(() -> "one attempt to be lost", () -> !process.sent().isEmpty());
    assertThat(process.sent()).containsExactly(lost(id, "before-the-crash"));
    assertThat(leases()).containsExactly("p1");
  }

  @Test
  void an_attempt_past_its_deadline_is_timed_out() throws Exception {
    Node process = new Node("p1", SHARED).start();
    process.work.know(id(1));
    process.work.know(id(2));
    ExecutionId overdue = task(1, "p1", "-10 s", "-5 s");
    ExecutionId running = task(2, "p1", "-10 s", "1 hour");
    assertThat(running).isNotEqualTo(overdue);

    Soon.until(() -> "one time-out", () -> !process.sent().isEmpty());

    assertThat(process.sent()).containsExactly(new TimeOutAttempt(overdue, PATH, 1));
  }

  @Test
  void an_attempt_of_its_own_that_it_does_not_know_is_begun_anew() throws Exception {
    Node process = new Node("p1", SHARED).start();
    process.work.know(id(1));
    ExecutionId known = task(1, "p1", "-10 s", "1 hour");
    ExecutionId later = task(2, "p1", "1 hour", "2 hours");
    ExecutionId forgotten = task(3, "p1", "-10 s", "1 hour");

    Soon.until(
        () -> "the forgotten attempt to be lost, but sent " + process.sent(),
        () -> process.sent().contains(lost(forgotten, "p1")));

    assertThat(process.sent()).doesNotContain(lost(later, "p1"), lost(known, "p1"));
  }

  @Test
  void a_lease_that_others_have_taken_away_is_noticed_and_registered_again() throws Exception {
    Node process = new Node("p1", SHARED).start();
    assertThat(process.leases.held()).isTrue();

    database.run("delete from work.lease where incarnation = 'p1'");

    Soon.until(() -> "the waiting work to be dropped", () -> process.work.forgotten() == 1);
    Soon.until(() -> "the lease to be there again", () -> leases().contains("p1"));
    Soon.until(() -> "work to be resumed", () -> process.work.resumed() >= 2);
    assertThat(process.leases.held()).isTrue();
    assertThat(process.leases.health().healthy()).isTrue();
  }

  @Test
  void a_lease_that_expired_while_nobody_looked_is_renewed_without_loss() throws Exception {
    Node process = new Node("p1", SHARED);
    process.leases.start(process.work);
    open.push(process.leases);

    database.run("update work.lease set expires_at = clock_timestamp() - interval '1 hour'");

    Soon.until(
        () -> "the lease to be renewed",
        () ->
            database
                .rows("select incarnation from work.lease where expires_at > clock_timestamp()")
                .contains("p1"));
    assertThat(process.work.forgotten()).isZero();
  }

  @Test
  void nothing_is_held_before_the_start_and_after_the_end() throws Exception {
    Node process = new Node("p1", SHARED);
    assertThat(process.leases.held()).isFalse();

    process.leases.start(process.work);
    assertThat(process.leases.held()).isTrue();
    process.leases.close();

    assertThat(process.leases.held()).isFalse();
    assertThat(leases()).isEmpty();
  }
}
