package dev.varve.testkit.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.common.CommandOutcome;
import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.NodePath;
import dev.varve.api.common.TenantId;
import dev.varve.api.execution.ExecutionCommand;
import dev.varve.api.execution.ExecutionCommand.FireTimer;
import dev.varve.api.log.AppendException;
import dev.varve.api.task.ScheduledTimer;
import dev.varve.api.task.ScheduledTimer.Kind;
import dev.varve.command.port.ExecutionCommit;
import dev.varve.command.port.Incarnation;
import dev.varve.workqueue.Leases;
import dev.varve.workqueue.Timers;
import dev.varve.workqueue.WorkSettings;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TimersIT {
  private static final NodePath PATH = new NodePath("wait");
  private static final WorkSettings SETTINGS =
      new WorkSettings(
          Duration.ofSeconds(10),
          Duration.ofMillis(20),
          Duration.ofSeconds(5),
          Duration.ofMillis(100),
          8,
          50,
          false);

  private final WorkDatabase database = new WorkDatabase();
  private final RecordingCommands commands = new RecordingCommands();
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  @AfterEach
  void close() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }

  /** Takes a lease; started timers come later, when every process of a test has its own. */
  private Timers process(String id) throws SQLException {
    var self = new Incarnation(id, id);
    var leases = new Leases(database.dataSource(), self, SETTINGS);
    leases.start(new RecordingWork());
    open.push(leases);
    var timers = new Timers(database.dataSource(), commands, self, Instant::now, leases, SETTINGS);
    open.push(timers);
    return timers;
  }

  private static ExecutionId id(int number) {
    return new ExecutionId(new UUID(0x7000, number));
  }

  private void row(int number, Instant due) throws SQLException {
    database.run(
        "insert into work.timer values ('default', ?, 'wait', 'DELAY', ?::timestamptz,"
            + " ?::timestamptz)",
        id(number).value(),
        due.toString(),
        due.toString());
  }

  private static ExecutionCommit commit(int number, Instant due) {
    return new ExecutionCommit(
        TenantId.DEFAULT,
        id(number),
        List.of(),
        List.of(new ScheduledTimer(Kind.DELAY, PATH, due)),
        List.of(),
        false);
  }

  @Test
  void two_processes_fire_each_timer_of_the_table_once_and_never_early() throws Exception {
    // The database runs on this machine: its clock is the one of the test.
    Instant begin = Instant.now().truncatedTo(ChronoUnit.MICROS);
    Map<ExecutionId, Instant> due = new ConcurrentHashMap<>();
    List<String> early = new ArrayList<>();
    commands.answer(command -> {
      Instant now = Instant.now();
      if (now.isBefore(due.getOrDefault(command.executionId(), Instant.MAX))) {
        synchronized (early) {
          early.add(command + " at " + now);
        }
      }
      return fired(command);
    });
    for (int i = 0; i < 200; i++) {
      // A quarter is overdue; the rest falls due while we look. More than fit in memory.
      due.put(id(i), begin.plusMillis(i * 8L - 400));
      row(i, begin.plusMillis(i * 8L - 400));
    }

    Timers first = process("p1");
    Timers second = process("p2");

    first.start();
    second.start();

    Soon.until(
        () -> "200 timers, but fired " + commands.sent().size(),
        () -> new HashSet<>(commands.sent()).size() == 200);
    assertThat(commands.sent()).hasSize(200);
    assertThat(early).isEmpty();
  }

  @Test
  void a_near_timer_is_fired_from_memory_and_a_far_one_costs_none() throws Exception {
    Timers timers = process("p1");
    timers.start();
    Instant soon = Instant.now().plusMillis(30);

    timers.committed(commit(1, soon));
    timers.committed(commit(2, Instant.now().plusSeconds(61)));

    Soon.until(() -> "the near timer", () -> !commands.sent().isEmpty());
    assertThat(Instant.now()).isAfterOrEqualTo(soon);
    assertThat(commands.sent()).containsExactly(new FireTimer(id(1), Kind.DELAY, PATH));
    assertThat(timers.held()).isZero();
  }

  @Test
  void the_end_of_its_node_disarms_a_timer() throws Exception {
    Timers timers = process("p1");
    timers.committed(commit(1, Instant.now().plusSeconds(30)));
    assertThat(timers.held()).isEqualTo(1);

    timers.committed(
        new ExecutionCommit(TenantId.DEFAULT, id(1), List.of(), List.of(), List.of(PATH), false));

    assertThat(timers.held()).isZero();
  }

  @Test
  void memory_is_bounded() throws Exception {
    Timers timers = process("p1");
    for (int i = 0; i < 1_000; i++) {
      timers.committed(commit(i, Instant.now().plusSeconds(30)));
    }

    assertThat(timers.held()).isEqualTo(SETTINGS.timersHeldMax());
  }

  @Test
  void a_timer_whose_command_was_not_answered_is_fired_again() throws Exception {
    var down = new AtomicBoolean(true);
    commands.answer(command -> answer(command, down));
    row(1, Instant.now().truncatedTo(ChronoUnit.MICROS));
    process("p1").start();
    Soon.until(() -> "a first try", () -> !commands.sent().isEmpty());

    down.set(false);
    int before = commands.sent().size();

    Soon.until(() -> "another try", () -> commands.sent().size() > before);
  }

  /** Does what the projection does when a timer has fired. */
  private CommandOutcome fired(ExecutionCommand command) {
    try {
      database.run("delete from work.timer where execution_id = ?", command.executionId().value());
    } catch (SQLException broken) {
      throw new IllegalStateException(broken);
    }
    return RecordingCommands.accepted(command);
  }

  private static CommandOutcome answer(ExecutionCommand command, AtomicBoolean down) {
    if (down.get()) {
      throw new AppendException.Unavailable("store.unavailable", "away", null);
    }
    return RecordingCommands.accepted(command);
  }
}
