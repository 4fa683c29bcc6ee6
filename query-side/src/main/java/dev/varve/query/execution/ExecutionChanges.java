package dev.varve.query.execution;

import dev.varve.api.common.ErrorInfo;
import dev.varve.api.common.NodePath;
import dev.varve.api.common.TenantId;
import dev.varve.api.execution.ExecutionEvent;
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
import dev.varve.api.execution.ExecutionStatus;
import dev.varve.api.execution.ExecutionView.AttemptStatus;
import dev.varve.api.execution.NodeStatus;
import dev.varve.api.execution.SkippedNode;
import dev.varve.api.log.RecordedEvent;
import dev.varve.api.task.NextAttempt;
import dev.varve.api.task.ScheduledTask;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What the events of one batch change, folded to at most one change per row. Pure: the same events
 * give the same rows however they are cut into batches.
 */
final class ExecutionChanges {
  private static final ErrorInfo TIMED_OUT =
      ErrorInfo.of("timeout", "The execution has used up its time");

  private final Map<UUID, ExecutionChange> executions = new LinkedHashMap<>();
  private final Map<NodeKey, NodeChange> nodes = new LinkedHashMap<>();
  private final List<AttemptEnd> attempts = new ArrayList<>();
  private final List<Resumed> resumed = new ArrayList<>();

  /** Folds one event in. */
  void add(RecordedEvent event) {
    if (!(event.payload() instanceof ExecutionEvent payload)) {
      return;
    }
    if (payload instanceof ExecutionEvent.Advance advance) {
      advanced(event, advance);
    }
    switch (payload) {
      case ExecutionStarted e -> started(event, e);
      case NodeCompleted e -> {
        NodeChange node = node(event, e.path());
        node.end(NodeStatus.COMPLETED, e.attempt(), event.recordedAt());
        node.output = e.output();
      }
      case NodeReleased _ -> {} // an advance, and nothing else
      case NodeFailed e -> {
        NodeChange node = node(event, e.path());
        node.end(NodeStatus.FAILED, e.attempt(), event.recordedAt());
        node.error = e.error();
      }
      case AttemptFailed e -> retried(event, e.path(), e.attempt(), e.error(), e.next());
      case AttemptLost e -> retried(event, e.path(), e.attempt(), null, e.next());
      case ExecutionCompleted e ->
          ended(event, ExecutionStatus.COMPLETED, List.of()).output = e.output();
      case ExecutionFailed e ->
          ended(event, ExecutionStatus.FAILED, e.cancelled()).error = e.error();
      case ExecutionCancelled e -> ended(event, ExecutionStatus.CANCELLED, e.cancelled());
      case ExecutionTimedOut e ->
          ended(event, ExecutionStatus.TIMED_OUT, e.cancelled()).error = TIMED_OUT;
      case ExecutionSuspended _ -> execution(event).status = ExecutionStatus.SUSPENDED;
      case ExecutionResumed _ -> execution(event).status = ExecutionStatus.RUNNING;
      case ExecutionRetried _ -> {
        ExecutionChange change = execution(event);
        change.status = ExecutionStatus.RUNNING;
        change.endedAt = null;
        change.error = null;
      }
    }
  }

  /** Returns the changed executions, each once. */
  Collection<ExecutionChange> executions() {
    return Collections.unmodifiableCollection(executions.values());
  }

  /** Returns the changed node instances, each once. */
  Collection<NodeChange> nodes() {
    return Collections.unmodifiableCollection(nodes.values());
  }

  /** Returns the attempts that ended and are followed by another one. */
  List<AttemptEnd> attempts() {
    return Collections.unmodifiableList(attempts);
  }

  /** Returns the attempts that ended in an earlier batch and are followed by another one now. */
  List<Resumed> resumed() {
    return Collections.unmodifiableList(resumed);
  }

  private void advanced(RecordedEvent event, ExecutionEvent.Advance advance) {
    if (advance instanceof ExecutionRetried) {
      advance.scheduled().forEach(task -> again(event, task));
    }
    for (NodePath path : advance.activated()) {
      node(event, path).activate(event.recordedAt());
    }
    for (ScheduledTask task : advance.scheduled()) {
      NodeChange node = node(event, task.path());
      node.activate(event.recordedAt());
      node.attempt = task.attempt();
      node.input = task.input();
    }
    for (SkippedNode skipped : advance.skipped()) {
      NodeChange node = node(event, skipped.path());
      node.status = NodeStatus.SKIPPED;
      node.skipReason = skipped.reason();
    }
  }

  /** The last attempt of a node that stopped is followed by another one after all. */
  private void again(RecordedEvent event, ScheduledTask task) {
    int number = task.attempt() - 1;
    if (number == 0) {
      return;
    }
    NodeChange node = nodes.get(new NodeKey(event.streamId(), task.path()));
    if (node == null || node.endedAt == null) {
      resumed.add(
          new Resumed(event.tenant(), event.streamId(), task.path(), number, task.availableAt()));
      return;
    }
    attempts.add(
        new AttemptEnd(
            event.tenant(),
            event.streamId(),
            task.path(),
            number,
            node.status == NodeStatus.FAILED ? AttemptStatus.FAILED : AttemptStatus.CANCELLED,
            node.endedAt,
            task.availableAt(),
            node.error));
  }

  private void started(RecordedEvent event, ExecutionStarted started) {
    ExecutionChange change = execution(event);
    change.started = started;
    change.startedAt = event.recordedAt();
  }

  private ExecutionChange ended(
      RecordedEvent event, ExecutionStatus status, List<NodePath> cancelled) {
    for (NodePath path : cancelled) {
      NodeChange node = node(event, path);
      node.status = NodeStatus.CANCELLED;
      node.endedAt = event.recordedAt();
    }
    ExecutionChange change = execution(event);
    change.status = status;
    change.endedAt = event.recordedAt();
    return change;
  }

  private void retried(
      RecordedEvent event,
      NodePath path,
      int attempt,
      @Nullable ErrorInfo error,
      NextAttempt next) {
    NodeChange node = node(event, path);
    node.status = NodeStatus.ACTIVE;
    node.attempt = next.number();
    attempts.add(
        new AttemptEnd(
            event.tenant(),
            event.streamId(),
            path,
            attempt,
            error == null ? AttemptStatus.LOST : AttemptStatus.FAILED,
            event.recordedAt(),
            next.availableAt(),
            error));
  }

  private ExecutionChange execution(RecordedEvent event) {
    return executions.computeIfAbsent(
        event.streamId(), id -> new ExecutionChange(event.tenant(), id));
  }

  private NodeChange node(RecordedEvent event, NodePath path) {
    return nodes.computeIfAbsent(
        new NodeKey(event.streamId(), path), key -> new NodeChange(event.tenant(), key));
  }

  /** A node instance. */
  record NodeKey(UUID executionId, NodePath path) {}

  /** What happened to one execution; the start is null when it lies in an earlier batch. */
  static final class ExecutionChange {
    final TenantId tenant;
    final UUID executionId;
    @Nullable ExecutionStarted started;
    @Nullable Instant startedAt;
    ExecutionStatus status = ExecutionStatus.RUNNING;
    @Nullable Instant endedAt;
    @Nullable JsonNode output;
    @Nullable ErrorInfo error;

    ExecutionChange(TenantId tenant, UUID executionId) {
      this.tenant = tenant;
      this.executionId = executionId;
    }
  }

  /** What happened to one node instance; what is null was not changed by this batch. */
  static final class NodeChange {
    final TenantId tenant;
    final NodeKey key;
    NodeStatus status = NodeStatus.ACTIVE;
    int attempt;
    @Nullable Instant startedAt;
    @Nullable Instant endedAt;
    @Nullable JsonNode input;
    @Nullable JsonNode output;
    @Nullable ErrorInfo error;
    @Nullable String skipReason;

    NodeChange(TenantId tenant, NodeKey key) {
      this.tenant = tenant;
      this.key = key;
    }

    void activate(Instant at) {
      status = NodeStatus.ACTIVE;
      endedAt = null;
      error = null;
      if (startedAt == null) {
        startedAt = at;
      }
    }

    void end(NodeStatus last, int lastAttempt, Instant at) {
      status = last;
      attempt = Math.max(attempt, lastAttempt);
      endedAt = at;
    }
  }

  /** An attempt whose end the row of its node tells, until the next one takes its place. */
  record Resumed(
      TenantId tenant, UUID executionId, NodePath path, int number, Instant nextStartedAt) {}

  /** An attempt that ended and is followed by another one. */
  record AttemptEnd(
      TenantId tenant,
      UUID executionId,
      NodePath path,
      int number,
      AttemptStatus status,
      Instant endedAt,
      Instant nextStartedAt,
      @Nullable ErrorInfo error) {}
}
