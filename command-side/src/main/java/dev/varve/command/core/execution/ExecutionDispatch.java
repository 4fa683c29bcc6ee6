package dev.varve.command.core.execution;

import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.NodePath;
import dev.varve.api.common.TenantId;
import dev.varve.api.execution.ExecutionEvent;
import dev.varve.api.execution.ExecutionEvent.Advance;
import dev.varve.api.execution.ExecutionEvent.AttemptFailed;
import dev.varve.api.execution.ExecutionEvent.AttemptLost;
import dev.varve.api.execution.ExecutionEvent.ExecutionCancelled;
import dev.varve.api.execution.ExecutionEvent.ExecutionCompleted;
import dev.varve.api.execution.ExecutionEvent.ExecutionFailed;
import dev.varve.api.execution.ExecutionEvent.ExecutionResumed;
import dev.varve.api.execution.ExecutionEvent.ExecutionRetried;
import dev.varve.api.execution.ExecutionEvent.ExecutionStarted;
import dev.varve.api.execution.ExecutionEvent.ExecutionSuspended;
import dev.varve.api.execution.ExecutionEvent.ExecutionTimedOut;
import dev.varve.api.execution.ExecutionEvent.NodeCompleted;
import dev.varve.api.execution.ExecutionEvent.NodeFailed;
import dev.varve.api.execution.ExecutionEvent.NodeReleased;
import dev.varve.api.execution.NodeStatus;
import dev.varve.api.task.ScheduledTask;
import dev.varve.api.task.ScheduledTimer;
import dev.varve.api.task.TaskDispatch;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the events of one commit ask the outside to do. Computed, never stored: the same events and
 * state always give the same.
 *
 * @param dispatches attempts that the events asked for, that are still current and belong to the
 *     given owner
 * @param timers timers that the events asked for and that are still pending; none when the
 *     execution ended
 * @param ended node instances that the events ended, in order
 * @param terminal true when the execution has ended
 */
public record ExecutionDispatch(
    List<TaskDispatch> dispatches,
    List<ScheduledTimer> timers,
    List<NodePath> ended,
    boolean terminal) {

  /**
   * Computes what follows from a commit.
   *
   * @param tenant whose execution
   * @param executionId which execution
   * @param after the state after the last of {@code events}
   * @param events the events of the commit, of one or more commands, in order
   * @param owner the incarnation that asks; attempts of others are left out
   */
  public static ExecutionDispatch of(
      TenantId tenant,
      ExecutionId executionId,
      ExecutionState after,
      List<? extends ExecutionEvent> events,
      String owner) {
    Set<NodePath> attempts = new LinkedHashSet<>();
    List<ScheduledTimer> timers = new ArrayList<>();
    List<NodePath> ended = new ArrayList<>();
    for (ExecutionEvent event : events) {
      collect(event, attempts, timers, ended);
    }
    List<TaskDispatch> dispatches = new ArrayList<>(attempts.size());
    for (NodePath path : attempts) {
      ScheduledTask task = current(after, path);
      if (task != null && task.owner().equals(owner)) {
        dispatches.add(new TaskDispatch(tenant, executionId, after.definition().name(), task));
      }
    }
    timers.removeIf(timer -> !pending(after, timer));
    return new ExecutionDispatch(
        List.copyOf(dispatches), List.copyOf(timers), List.copyOf(ended), after.terminal());
  }

  private static void collect(
      ExecutionEvent event,
      Set<NodePath> attempts,
      List<ScheduledTimer> timers,
      List<NodePath> ended) {
    switch (event) {
      case ExecutionStarted started -> collect(started, attempts, timers);
      case NodeCompleted completed -> {
        ended.add(completed.path());
        collect(completed, attempts, timers);
      }
      case NodeReleased released -> collect(released, attempts, timers);
      case NodeFailed failed -> ended.add(failed.path());
      case AttemptFailed failed -> attempts.add(failed.path());
      case AttemptLost lost -> attempts.add(lost.path());
      case ExecutionCompleted _ -> {}
      case ExecutionFailed failed -> ended.addAll(failed.cancelled());
      case ExecutionCancelled cancelled -> ended.addAll(cancelled.cancelled());
      case ExecutionTimedOut timedOut -> ended.addAll(timedOut.cancelled());
      case ExecutionSuspended _, ExecutionResumed _ -> {}
      case ExecutionRetried retried -> collect(retried, attempts, timers);
    }
  }

  private static void collect(
      Advance advance, Set<NodePath> attempts, List<ScheduledTimer> timers) {
    for (ScheduledTask task : advance.scheduled()) {
      attempts.add(task.path());
    }
    timers.addAll(advance.timers());
  }

  private static @Nullable ScheduledTask current(ExecutionState after, NodePath path) {
    NodeState node = after.node(path);
    Activity activity = node == null || node.status() != NodeStatus.ACTIVE ? null : node.activity();
    return activity == null ? null : activity.task();
  }

  private static boolean pending(ExecutionState after, ScheduledTimer timer) {
    if (after.terminal()) {
      return false;
    }
    if (timer.kind() == ScheduledTimer.Kind.EXECUTION_TIMEOUT) {
      return true;
    }
    NodeState node = after.node(timer.path());
    return node != null && node.status() == NodeStatus.ACTIVE;
  }
}
