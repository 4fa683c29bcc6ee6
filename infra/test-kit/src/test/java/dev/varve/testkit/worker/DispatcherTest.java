package dev.varve.testkit.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.common.CommandOutcome;
import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.NodePath;
import dev.varve.api.common.TenantId;
import dev.varve.api.execution.ExecutionCommand;
import dev.varve.api.execution.ExecutionCommand.CompleteTask;
import dev.varve.api.execution.ExecutionCommand.FailTask;
import dev.varve.api.execution.ExecutionCommand.TimeOutAttempt;
import dev.varve.api.log.AppendException;
import dev.varve.api.rejection.Rejection;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.api.task.ScheduledTask;
import dev.varve.api.task.TaskDispatch;
import dev.varve.command.port.ExecutionCommit;
import dev.varve.command.port.Incarnation;
import dev.varve.command.worker.BuiltInHandlers;
import dev.varve.command.worker.Dispatcher;
import dev.varve.command.worker.DispatcherSettings;
import dev.varve.command.worker.Handlers;
import dev.varve.command.worker.TaskContext;
import dev.varve.command.worker.TaskFailure;
import dev.varve.command.worker.TaskHandler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

class DispatcherTest {
  private static final Incarnation SELF = new Incarnation("p1", "node-1");
  private static final Instant START = Instant.parse("2026-12-01T00:00:00Z");
  private static final NodePath PATH = new NodePath("charge");
  private static final ExecutionId ID = new ExecutionId(new UUID(1, 1));

  private final RecordingCommands commands = new RecordingCommands();
  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final AtomicBoolean leased = new AtomicBoolean(true);
  private final AtomicReference<Work> work = new AtomicReference<>(TaskContext::input);
  private @Nullable Dispatcher made;

  /** What the handler {@code work} does. */
  @FunctionalInterface
  private interface Work {
    JsonNode handle(TaskContext task) throws Exception;
  }

  private final TaskHandler handler =
      new TaskHandler() {
        @Override
        public String name() {
          return "work";
        }

        @Override
        public JsonNode handle(TaskContext task) throws Exception {
          return work.get().handle(task);
        }
      };

  private Dispatcher dispatcher() {
    return dispatcher(4, 100);
  }

  private Dispatcher dispatcher(int concurrency, int heldMax) {
    var settings =
        new DispatcherSettings(concurrency, heldMax, Duration.ofMillis(1), Duration.ofMillis(2));
    var handlers = new Handlers(handler, List.of(handler, BuiltInHandlers.all().getFirst()));
    made = new Dispatcher(commands, SELF, now::get, leased::get, handlers, settings);
    return made;
  }

  @AfterEach
  void stop() {
    if (made != null) {
      boolean _ = made.stop(Duration.ZERO);
    }
  }

  private static TaskDispatch dispatch(
      ExecutionId id, int attempt, String handler, Instant available, @Nullable Instant deadline) {
    JsonNode input = JsonNodeFactory.instance.objectNode().put("n", 1);
    return new TaskDispatch(
        TenantId.DEFAULT,
        id,
        "order",
        new ScheduledTask(
            "charge", PATH, "task", handler, attempt, input, available, deadline, "p1"));
  }

  private static ExecutionCommit commit(TaskDispatch... dispatches) {
    return new ExecutionCommit(
        TenantId.DEFAULT, ID, List.of(dispatches), List.of(), List.of(), false);
  }

  private static ExecutionCommit ended() {
    return new ExecutionCommit(TenantId.DEFAULT, ID, List.of(), List.of(), List.of(PATH), true);
  }

  private ExecutionCommand onlyCommand() throws Exception {
    Soon.until(() -> "one command, but sent " + commands.sent(), () -> !commands.sent().isEmpty());
    Soon.until(() -> "the dispatcher to be idle", () -> made != null && made.held() == 0);
    assertThat(commands.sent()).hasSize(1);
    return commands.sent().getFirst();
  }

  @Test
  void an_attempt_runs_right_after_commit_and_its_output_is_sent() throws Exception {
    var seen = new ArrayList<String>();
    work.set(task -> {
      seen.add(task.idempotencyKey() + " " + task.attempt() + " " + task.definition());
      return task.input();
    });

    dispatcher().committed(commit(dispatch(ID, 1, "work", START, null)));

    assertThat(onlyCommand())
        .isEqualTo(
            new CompleteTask(ID, PATH, 1, JsonNodeFactory.instance.objectNode().put("n", 1)));
    assertThat(seen).containsExactly(ID + "/charge 1 order");
  }

  @Test
  void an_attempt_of_another_owner_is_left_alone() throws Exception {
    TaskDispatch mine = dispatch(ID, 1, "echo", START, null);
    ScheduledTask task = mine.task();
    var theirs =
        new TaskDispatch(
            TenantId.DEFAULT,
            new ExecutionId(new UUID(1, 2)),
            "order",
            new ScheduledTask(
                task.nodeId(), PATH, "task", "echo", 1, task.input(), START, null, "p2"));

    dispatcher().committed(commit(theirs, mine));

    assertThat(onlyCommand().executionId()).isEqualTo(ID);
  }

  @Test
  void an_attempt_is_run_once_however_often_it_is_heard_of() throws Exception {
    var go = new CountDownLatch(1);
    var runs = new AtomicInteger();
    work.set(task -> {
      runs.incrementAndGet();
      go.await();
      return task.input();
    });
    TaskDispatch twice = dispatch(ID, 1, "work", START, null);

    dispatcher().committed(commit(twice, twice));
    go.countDown();

    assertThat(onlyCommand()).isInstanceOf(CompleteTask.class);
    assertThat(runs).hasValue(1);
  }

  @Test
  void failures_carry_the_handlers_code_and_judgement() throws Exception {
    work.set(task -> {
      throw new TaskFailure("card.declined", "no", false);
    });

    dispatcher().committed(commit(dispatch(ID, 3, "work", START, null)));

    var failed = (FailTask) onlyCommand();
    assertThat(failed.attempt()).isEqualTo(3);
    assertThat(failed.error().code()).isEqualTo("card.declined");
    assertThat(failed.retryable()).isFalse();
  }

  @Test
  void an_unknown_handler_and_a_fault_may_be_tried_again() throws Exception {
    work.set(task -> {
      throw new IllegalStateException("b\u0000roken");
    });
    Dispatcher dispatcher = dispatcher();

    dispatcher.committed(commit(dispatch(ID, 1, "nobody", START, null)));
    Soon.until(() -> "first result", () -> commands.sent().size() == 1);
    dispatcher.committed(commit(dispatch(ID, 2, "work", START, null)));
    Soon.until(() -> "second result", () -> commands.sent().size() == 2);

    var unknown = (FailTask) commands.sent().get(0);
    var fault = (FailTask) commands.sent().get(1);
    assertThat(unknown.error().code()).isEqualTo("handler.unknown");
    assertThat(unknown.retryable()).isTrue();
    assertThat(fault.error().code()).isEqualTo("handler.failed");
    assertThat(fault.error().message()).isEqualTo("IllegalStateException: b roken");
    assertThat(fault.retryable()).isTrue();
  }

  @Test
  void a_result_is_sent_until_it_is_settled() throws Exception {
    var tries = new AtomicInteger();
    commands.answer(command ->
        switch (tries.incrementAndGet()) {
          case 1 -> throw new AppendException.Unavailable("store.unavailable", "away", null);
          case 2 -> throw new AppendException.OutcomeUnknown("lost", null);
          case 3 -> throw new IllegalStateException("fault");
          case 4 -> new CommandOutcome.Rejected(Rejection.of(RejectionCode.OVERLOADED, "busy"));
          default -> RecordingCommands.accepted(command);
        });

    dispatcher().committed(commit(dispatch(ID, 1, "echo", START, null)));

    Soon.until(() -> "five tries, but sent " + commands.sent(), () -> tries.get() == 5);
    Soon.until(() -> "the attempt to be over", () -> made != null && made.held() == 0);
    assertThat(commands.sent()).hasSize(5).allMatch(CompleteTask.class::isInstance);
  }

  @Test
  void a_fenced_result_is_given_up() throws Exception {
    commands.answer(
        _ -> new CommandOutcome.Rejected(Rejection.of(RejectionCode.TASK_FENCED, "later attempt")));

    dispatcher().committed(commit(dispatch(ID, 1, "echo", START, null)));

    assertThat(onlyCommand()).isInstanceOf(CompleteTask.class);
  }

  @Test
  void an_output_that_cannot_be_stored_fails_the_attempt() throws Exception {
    commands.answer(command -> {
      if (command instanceof CompleteTask) {
        throw new AppendException.Unstorable("payload.too-large", "too large");
      }
      return RecordingCommands.accepted(command);
    });

    dispatcher().committed(commit(dispatch(ID, 1, "echo", START, null)));

    Soon.until(() -> "two commands, but sent " + commands.sent(), () -> commands.sent().size() > 1);
    var failed = (FailTask) commands.sent().get(1);
    assertThat(failed.error().code()).isEqualTo("payload.too-large");
    assertThat(failed.retryable()).isFalse();
  }

  @Test
  void the_deadline_interrupts_the_handler_and_times_the_attempt_out() throws Exception {
    var interrupted = new CountDownLatch(1);
    var begun = new CountDownLatch(1);
    work.set(task -> {
      begun.countDown();
      try {
        new CountDownLatch(1).await();
      } finally {
        assertThat(task.cancelled()).isTrue();
        interrupted.countDown();
      }
      return task.input();
    });

    dispatcher().committed(commit(dispatch(ID, 1, "work", START, START.plusMillis(20))));
    assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
    now.set(START.plusMillis(20));

    assertThat(onlyCommand()).isEqualTo(new TimeOutAttempt(ID, PATH, 1));
    assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void the_end_of_the_node_interrupts_the_handler_and_nothing_is_sent() throws Exception {
    var begun = new CountDownLatch(1);
    var interrupted = new CountDownLatch(1);
    work.set(task -> {
      begun.countDown();
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException expected) {
        interrupted.countDown();
        throw expected;
      }
      return task.input();
    });
    Dispatcher dispatcher = dispatcher();
    dispatcher.committed(commit(dispatch(ID, 1, "work", START, null)));
    assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();

    dispatcher.committed(ended());

    assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
    Soon.until(() -> "the dispatcher to be idle", () -> dispatcher.running() == 0);
    assertThat(commands.sent()).isEmpty();
  }

  @Test
  void a_later_attempt_takes_the_place_of_an_earlier_one() throws Exception {
    var begun = new CountDownLatch(1);
    var repeated = new CountDownLatch(1);
    work.set(task -> {
      if (task.attempt() == 1) {
        begun.countDown();
        new CountDownLatch(1).await();
      }
      // the later attempt still runs when the earlier one comes again
      repeated.await();
      return task.input();
    });
    Dispatcher dispatcher = dispatcher();
    dispatcher.committed(commit(dispatch(ID, 1, "work", START, null)));
    assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();

    dispatcher.committed(commit(dispatch(ID, 2, "work", START, null)));
    dispatcher.committed(commit(dispatch(ID, 1, "work", START, null)));
    repeated.countDown();

    assertThat(((CompleteTask) onlyCommand()).attempt()).isEqualTo(2);
  }

  @Test
  void an_attempt_waits_for_its_instant() throws Exception {
    var early = new AtomicBoolean();
    Instant available = START.plusMillis(5);
    work.set(task -> {
      early.set(now.get().isBefore(available));
      return task.input();
    });
    Dispatcher dispatcher = dispatcher();
    dispatcher.committed(commit(dispatch(ID, 2, "work", available, null)));
    assertThat(dispatcher.knows(ID, PATH, 2)).isTrue();
    assertThat(dispatcher.running()).isZero();

    now.set(available);

    assertThat(onlyCommand()).isInstanceOf(CompleteTask.class);
    assertThat(early).isFalse();
  }

  @Test
  void more_than_may_run_at_once_waits_and_nothing_is_dropped() throws Exception {
    var most = new AtomicInteger();
    var running = new AtomicInteger();
    work.set(task -> {
      most.accumulateAndGet(running.incrementAndGet(), Math::max);
      running.decrementAndGet();
      return task.input();
    });
    Dispatcher dispatcher = dispatcher(4, 1_000);
    for (int i = 0; i < 500; i++) {
      dispatcher.committed(
          commit(dispatch(new ExecutionId(new UUID(2, i)), 1, "work", START, null)));
    }

    Soon.until(() -> "500 results", () -> commands.sent().size() == 500);
    assertThat(most.get()).isBetween(1, 4);
    Soon.until(() -> "nothing held", () -> dispatcher.held() == 0);
  }

  @Test
  void what_there_is_no_room_for_is_left_to_recovery() throws Exception {
    var go = new CountDownLatch(1);
    work.set(task -> {
      go.await();
      return task.input();
    });
    Dispatcher dispatcher = dispatcher(1, 1);
    var other = new ExecutionId(new UUID(2, 1));
    dispatcher.committed(commit(dispatch(ID, 1, "work", START, null)));

    dispatcher.committed(commit(dispatch(other, 1, "work", START, null)));

    assertThat(dispatcher.hasRoom()).isFalse();
    assertThat(dispatcher.knows(other, PATH, 1)).isFalse();
    go.countDown();
    assertThat(onlyCommand().executionId()).isEqualTo(ID);
    assertThat(dispatcher.hasRoom()).isTrue();
  }

  @Test
  void nothing_begins_without_the_lease() throws Exception {
    leased.set(false);
    Dispatcher dispatcher = dispatcher();
    dispatcher.committed(commit(dispatch(ID, 1, "echo", START, null)));
    assertThat(dispatcher.running()).isZero();

    leased.set(true);
    dispatcher.resume();

    assertThat(onlyCommand()).isInstanceOf(CompleteTask.class);
  }

  @Test
  void a_lost_lease_forgets_what_has_not_begun() throws Exception {
    leased.set(false);
    Dispatcher dispatcher = dispatcher();
    var waiting = new ExecutionId(new UUID(2, 1));
    dispatcher.committed(commit(dispatch(waiting, 1, "echo", START, null)));
    dispatcher.committed(
        commit(dispatch(new ExecutionId(new UUID(2, 2)), 1, "echo", START.plusSeconds(9), null)));

    dispatcher.forgetWaiting();
    leased.set(true);
    dispatcher.resume();

    assertThat(dispatcher.held()).isZero();
    dispatcher.committed(commit(dispatch(ID, 1, "echo", START, null)));
    assertThat(onlyCommand().executionId()).isEqualTo(ID);
  }

  @Test
  void stopping_lets_what_runs_finish_and_begins_nothing_more() throws Exception {
    var begun = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    work.set(task -> {
      begun.countDown();
      go.await();
      return task.input();
    });
    Dispatcher dispatcher = dispatcher();
    dispatcher.committed(commit(dispatch(ID, 1, "work", START, null)));
    assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
    var finished = new AtomicBoolean();
    Thread stopping =
        Thread.startVirtualThread(() -> finished.set(dispatcher.stop(Duration.ofSeconds(30))));
    Soon.until(() -> "no more room", () -> !dispatcher.hasRoom());

    dispatcher.committed(commit(dispatch(new ExecutionId(new UUID(2, 1)), 1, "echo", START, null)));
    go.countDown();

    assertThat(stopping.join(Duration.ofSeconds(30))).isTrue();
    assertThat(finished).isTrue();
    assertThat(commands.sent()).singleElement().isInstanceOf(CompleteTask.class);
  }

  @Test
  void stopping_is_bounded() throws Exception {
    var begun = new CountDownLatch(1);
    var interrupted = new CountDownLatch(1);
    work.set(task -> {
      begun.countDown();
      try {
        new CountDownLatch(1).await();
      } finally {
        interrupted.countDown();
      }
      return task.input();
    });
    Dispatcher dispatcher = dispatcher();
    dispatcher.committed(commit(dispatch(ID, 1, "work", START, null)));
    assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();

    assertThat(dispatcher.stop(Duration.ofMillis(1))).isFalse();

    assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(commands.sent()).isEmpty();
  }
}
