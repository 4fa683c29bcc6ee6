package dev.varve.command.axon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.common.ErrorInfo;
import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.NodePath;
import dev.varve.api.common.TenantId;
import dev.varve.api.execution.ExecutionEvent;
import dev.varve.api.execution.ExecutionEvent.AttemptFailed;
import dev.varve.api.execution.ExecutionEvent.NodeCompleted;
import dev.varve.api.log.CommandCommit;
import dev.varve.api.log.CommandMetadata;
import dev.varve.api.rejection.Rejection;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.api.task.NextAttempt;
import dev.varve.api.task.ScheduledTask;
import dev.varve.api.task.ScheduledTimer;
import dev.varve.api.task.TaskDispatch;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.NullNode;

class TracesTest {
  private static final UUID ID = new UUID(1, 2);
  private static final Instant NOW = Instant.parse("2026-12-01T00:00:00Z");
  private static final NodePath A = new NodePath("a");
  private static final NodePath B = new NodePath("b");
  private static final NodePath C = new NodePath("c");

  private static BatchResult.Item accepted(@Nullable String trace, int events) {
    var metadata = new CommandMetadata(TenantId.DEFAULT, ID, null, "t", null, null, trace);
    return new BatchResult.Item.Accepted(
        new CommandCommit(ID, metadata, events, List.of(), NullNode.instance));
  }

  private static BatchResult.Item rejected() {
    return new BatchResult.Item.Rejected(Rejection.of(RejectionCode.EXECUTION_TERMINAL, "over"));
  }

  private static ScheduledTask task(NodePath path) {
    return new ScheduledTask(
        path.value(), path, "task", "echo", 1, NullNode.instance, NOW, null, "p");
  }

  private static ExecutionEvent completed(NodePath path, NodePath next, ScheduledTimer... timers) {
    return new NodeCompleted(
        path.value(),
        path,
        1,
        NullNode.instance,
        List.of(),
        List.of(next),
        List.of(task(next)),
        List.of(timers),
        List.of());
  }

  private static ExecutionEvent failed(NodePath path) {
    return new AttemptFailed(
        path.value(), path, 1, ErrorInfo.of("x", "y"), new NextAttempt(2, NOW, null, "p"));
  }

  private static List<TaskDispatch> dispatches(NodePath... paths) {
    return List.of(paths).stream()
        .map(path -> new TaskDispatch(TenantId.DEFAULT, new ExecutionId(ID), "order", task(path)))
        .toList();
  }

  @Test
  void a_batch_without_traces_is_left_as_it_is() {
    List<TaskDispatch> plain = dispatches(B);
    Traces traces = Traces.of(List.of(accepted(null, 1)), List.of(completed(A, B)));

    assertThat(traces.dispatches(plain)).isSameAs(plain);
    assertThat(traces.timers(List.of())).isEmpty();
  }

  @Test
  void all_work_of_one_command_belongs_to_its_trace() {
    var timer = new ScheduledTimer(ScheduledTimer.Kind.DELAY, C, NOW);
    Traces traces = Traces.of(List.of(accepted("t1", 1)), List.of(completed(A, B, timer)));

    assertThat(traces.dispatches(dispatches(B)))
        .extracting(TaskDispatch::traceparent)
        .containsExactly("t1");
    assertThat(traces.timers(List.of(timer))).isEqualTo(Map.of(C, "t1"));
  }

  @Test
  void work_of_a_batch_belongs_to_the_command_that_asked_for_it() {
    Traces traces =
        Traces.of(
            List.of(accepted("t1", 1), rejected(), accepted(null, 1), accepted("t2", 1)),
            List.of(completed(new NodePath("x"), A), completed(new NodePath("y"), B), failed(C)));

    assertThat(traces.dispatches(dispatches(A, B, C)))
        .extracting(TaskDispatch::traceparent)
        .containsExactly("t1", null, "t2");
  }
}
