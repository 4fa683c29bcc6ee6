package dev.varve.workqueue;

import dev.varve.api.common.NodePath;
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
import dev.varve.api.task.NextAttempt;
import dev.varve.api.task.ScheduledTask;
import dev.varve.api.task.ScheduledTimer;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a batch of events changes in the work tables, folded per execution: a task that is scheduled
 * and completed within the batch leaves no trace, and neither does an execution that lives and dies
 * in it. Pure; what it says does not depend on how events are cut into batches.
 */
final class WorkChanges {
  private final Map<UUID, OfExecution> executions = new LinkedHashMap<>();

  /** The changes of one execution. */
  static final class OfExecution {
    final String tenant;
    final UUID id;

    /** Rows to be written, by path. */
    final Map<NodePath, ScheduledTask> tasks = new LinkedHashMap<>();

    /** Rows that are there already and get another attempt, by path. */
    final Map<NodePath, NextAttempt> moved = new LinkedHashMap<>();

    /** Rows to be written, by kind and path. */
    final Map<ScheduledTimerKey, PendingTimer> timers = new LinkedHashMap<>();

    /** The trace that the rows of {@link #tasks} and {@link #moved} belong to, by path. */
    final Map<NodePath, String> traces = new HashMap<>();

    /** Node instances that may have rows of earlier batches, which are to go. */
    final Set<NodePath> gone = new LinkedHashSet<>();

    /** Node instances that became active in this batch: no earlier batch has rows of them. */
    private final Set<NodePath> fresh = new HashSet<>();

    private boolean startedHere;

    /** Whether all rows of earlier batches are to go. */
    boolean emptied;

    private OfExecution(String tenant, UUID id) {
      this.tenant = tenant;
      this.id = id;
    }
  }

  /** Names a timer within an execution. */
  record ScheduledTimerKey(ScheduledTimer.Kind kind, NodePath path) {}

  /**
   * A timer's row.
   *
   * @param pollAt when the table is asked for it
   * @param traceparent the trace of the command that asked for it; null for none
   */
  record PendingTimer(ScheduledTimer timer, Instant pollAt, @Nullable String traceparent) {}

  /** Returns the changes, one entry per execution that the batch named. */
  Iterable<OfExecution> executions() {
    return executions.values();
  }

  /** Adds an event that belongs to no trace. */
  void add(String tenant, UUID executionId, Instant recordedAt, ExecutionEvent event) {
    add(tenant, executionId, recordedAt, event, null);
  }

  /**
   * Adds an event; the events of one execution come in their order.
   *
   * @param traceparent the trace of the command that made it; null for none
   */
  void add(
      String tenant,
      UUID executionId,
      Instant recordedAt,
      ExecutionEvent event,
      @Nullable String traceparent) {
    OfExecution changes =
        executions.computeIfAbsent(executionId, id -> new OfExecution(tenant, id));
    switch (event) {
      case ExecutionStarted started -> {
        changes.startedHere = true;
        advance(changes, recordedAt, started, traceparent);
      }
      case NodeCompleted completed -> {
        ended(changes, completed.path());
        advance(changes, recordedAt, completed, traceparent);
      }
      case NodeReleased released -> advance(changes, recordedAt, released, traceparent);
      case NodeFailed failed -> ended(changes, failed.path());
      case AttemptFailed failed -> moved(changes, failed.path(), failed.next(), traceparent);
      case AttemptLost lost -> moved(changes, lost.path(), lost.next(), traceparent);
      case ExecutionCompleted _, ExecutionFailed _, ExecutionCancelled _, ExecutionTimedOut _ ->
          emptied(changes);
      case ExecutionSuspended _, ExecutionResumed _ -> {} // what is active goes on
      case ExecutionRetried retried -> advance(changes, recordedAt, retried, traceparent);
    }
  }

  private static void advance(
      OfExecution changes, Instant recordedAt, Advance event, @Nullable String traceparent) {
    changes.fresh.addAll(event.activated());
    for (ScheduledTask task : event.scheduled()) {
      changes.fresh.add(task.path());
      changes.tasks.put(task.path(), task);
      if (traceparent != null) {
        changes.traces.put(task.path(), traceparent);
      }
    }
    for (ScheduledTimer timer : event.timers()) {
      boolean near = timer.dueAt().isBefore(recordedAt.plus(Timers.NEAR));
      Instant pollAt = near ? timer.dueAt().plus(Timers.NEAR_GRACE) : timer.dueAt();
      changes.timers.put(
          new ScheduledTimerKey(timer.kind(), timer.path()),
          new PendingTimer(timer, pollAt, traceparent));
    }
  }

  private static void ended(OfExecution changes, NodePath path) {
    @Nullable ScheduledTask _ = changes.tasks.remove(path);
    @Nullable NextAttempt _ = changes.moved.remove(path);
    @Nullable String _ = changes.traces.remove(path);
    if (!changes.timers.isEmpty()) {
      changes.timers.remove(new ScheduledTimerKey(ScheduledTimer.Kind.DELAY, path));
      changes.timers.remove(new ScheduledTimerKey(ScheduledTimer.Kind.NODE_DEADLINE, path));
    }
    if (!changes.startedHere && !changes.fresh.remove(path)) {
      changes.gone.add(path);
    }
  }

  private static void moved(
      OfExecution changes, NodePath path, NextAttempt next, @Nullable String traceparent) {
    if (traceparent != null) {
      changes.traces.put(path, traceparent);
    }
    ScheduledTask scheduled = changes.tasks.get(path);
    if (scheduled == null) {
      changes.moved.put(path, next);
    } else {
      changes.tasks.put(
          path,
          new ScheduledTask(
              scheduled.nodeId(),
              path,
              scheduled.type(),
              scheduled.handler(),
              next.number(),
              scheduled.input(),
              next.availableAt(),
              next.deadline(),
              next.owner()));
    }
  }

  private static void emptied(OfExecution changes) {
    changes.tasks.clear();
    changes.moved.clear();
    changes.traces.clear();
    changes.timers.clear();
    changes.gone.clear();
    changes.emptied = !changes.startedHere;
  }
}
