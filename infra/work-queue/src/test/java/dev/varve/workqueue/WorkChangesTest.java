package dev.varve.workqueue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.common.ErrorInfo;
import dev.varve.api.common.NodePath;
import dev.varve.api.execution.ExecutionEvent;
import dev.varve.api.execution.ExecutionEvent.AttemptFailed;
import dev.varve.api.execution.ExecutionEvent.ExecutionCompleted;
import dev.varve.api.execution.ExecutionEvent.ExecutionStarted;
import dev.varve.api.execution.ExecutionEvent.NodeCompleted;
import dev.varve.api.task.NextAttempt;
import dev.varve.api.task.ScheduledTask;
import dev.varve.api.task.ScheduledTimer;
import dev.varve.workqueue.WorkChanges.OfExecution;
import dev.varve.workqueue.WorkChanges.PendingTimer;
import dev.varve.workqueue.WorkChanges.ScheduledTimerKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.NullNode;

class WorkChangesTest {
  private static final UUID ID = new UUID(1, 2);
  private static final Instant NOW = Instant.parse("2026-12-01T00:00:00Z");
  private static final NodePath A = new NodePath("a");
  private static final NodePath B = new NodePath("b");

  private static ScheduledTask task(NodePath path) {
    return new ScheduledTask(
        path.value(), path, "task", "echo", 1, NullNode.instance, NOW, null, "p1");
  }

  private static ExecutionStarted started(List<ScheduledTimer> timers) {
    return new ExecutionStarted(
        "order",
        1,
        "h",
        NullNode.instance,
        null,
        Map.of(),
        NullNode.instance,
        List.of(),
        List.of(A),
        List.of(task(A)),
        timers,
        List.of());
  }

  private static NodeCompleted completed(NodePath path, List<NodePath> next) {
    return new NodeCompleted(
        path.value(),
        path,
        1,
        NullNode.instance,
        List.of(),
        next,
        next.stream().map(WorkChangesTest::task).toList(),
        List.of(),
        List.of());
  }

  private static OfExecution fold(ExecutionEvent... events) {
    var changes = new WorkChanges();
    for (ExecutionEvent event : events) {
      changes.add("default", ID, NOW, event);
    }
    return changes.executions().iterator().next();
  }

  @Test
  void a_task_that_is_scheduled_and_completed_in_one_batch_costs_no_row() {
    OfExecution changes = fold(started(List.of()), completed(A, List.of(B)));

    assertThat(changes.tasks).containsOnlyKeys(B);
    assertThat(changes.gone).isEmpty();
    assertThat(changes.emptied).isFalse();
  }

  @Test
  void work_belongs_to_the_trace_of_the_command_that_asked_for_it() {
    var timer = new ScheduledTimer(ScheduledTimer.Kind.DELAY, B, NOW.plusSeconds(5));
    var changes = new WorkChanges();
    changes.add("default", ID, NOW, started(List.of(timer)), "trace-1");
    var retried =
        new AttemptFailed(
            "a", A, 1, ErrorInfo.of("x", "y"), new NextAttempt(2, NOW.plusSeconds(1), null, "p1"));
    changes.add("default", ID, NOW, retried, "trace-2");
    OfExecution folded = changes.executions().iterator().next();

    assertThat(folded.traces).containsExactly(Map.entry(A, "trace-2"));
    assertThat(folded.timers.values())
        .extracting(PendingTimer::traceparent)
        .containsExactly("trace-1");
  }

  @Test
  void an_execution_that_lives_in_one_batch_costs_nothing() {
    var timeout =
        new ScheduledTimer(
            ScheduledTimer.Kind.EXECUTION_TIMEOUT,
            ScheduledTimer.EXECUTION,
            NOW.plusSeconds(3_600));
    OfExecution changes =
        fold(
            started(List.of(timeout)),
            completed(A, List.of(B)),
            completed(B, List.of()),
            new ExecutionCompleted(NullNode.instance));

    assertThat(changes.tasks).isEmpty();
    assertThat(changes.timers).isEmpty();
    assertThat(changes.gone).isEmpty();
    assertThat(changes.emptied).isFalse();
  }

  @Test
  void a_task_of_an_earlier_batch_is_deleted() {
    OfExecution changes = fold(completed(A, List.of(B)), completed(B, List.of()));

    assertThat(changes.tasks).isEmpty();
    assertThat(changes.gone).containsExactly(A);
  }

  @Test
  void the_end_of_an_execution_of_an_earlier_batch_deletes_all_its_rows_at_once() {
    OfExecution changes = fold(completed(A, List.of()), new ExecutionCompleted(NullNode.instance));

    assertThat(changes.gone).isEmpty();
    assertThat(changes.emptied).isTrue();
  }

  @Test
  void the_next_attempt_replaces_the_row_that_is_written_or_moves_the_one_that_is_there() {
    var next = new NextAttempt(2, NOW.plusSeconds(5), NOW.plusSeconds(9), "p2");
    var failed = new AttemptFailed("a", A, 1, ErrorInfo.of("x", "y"), next);

    OfExecution same = fold(started(List.of()), failed);
    OfExecution later = fold(failed);

    assertThat(same.tasks.get(A))
        .isEqualTo(
            new ScheduledTask(
                "a",
                A,
                "task",
                "echo",
                2,
                NullNode.instance,
                NOW.plusSeconds(5),
                NOW.plusSeconds(9),
                "p2"));
    assertThat(same.moved).isEmpty();
    assertThat(later.moved).containsEntry(A, next);
    assertThat(later.tasks).isEmpty();
  }

  @Test
  void a_near_timer_is_asked_of_the_table_a_little_later_than_a_far_one() {
    var near = new ScheduledTimer(ScheduledTimer.Kind.DELAY, A, NOW.plusSeconds(59));
    var far = new ScheduledTimer(ScheduledTimer.Kind.DELAY, B, NOW.plusSeconds(60));

    OfExecution changes = fold(started(List.of(near, far)));

    assertThat(changes.timers)
        .containsEntry(
            new ScheduledTimerKey(near.kind(), A),
            new PendingTimer(near, near.dueAt().plus(Timers.NEAR_GRACE), null))
        .containsEntry(
            new ScheduledTimerKey(far.kind(), B), new PendingTimer(far, far.dueAt(), null));
  }
}
