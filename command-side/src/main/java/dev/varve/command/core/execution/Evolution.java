package dev.varve.command.core.execution;

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
import dev.varve.api.execution.ExecutionStatus;
import dev.varve.api.execution.NodeStatus;
import dev.varve.api.execution.SkippedNode;
import dev.varve.api.task.NextAttempt;
import dev.varve.api.task.ScheduledTask;
import dev.varve.api.task.ScheduledTimer;
import dev.varve.command.core.definition.CompiledDefinition;
import dev.varve.command.core.definition.CompiledEdge;
import dev.varve.command.core.definition.CompiledNode;
import dev.varve.command.core.definition.DefinitionSource;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fold: what each event does to the state. It repeats what the event says and derives only how
 * many edges of a node are still undecided. One object per event.
 */
final class Evolution {
  private final ExecutionState before;
  private final CompiledDefinition definition;
  private PersistentArray<NodeState> nodes;
  private int activeCount;

  private Evolution(ExecutionState before) {
    this.before = before;
    this.definition = before.definition();
    this.nodes = before.nodes();
    this.activeCount = before.activeCount();
  }

  static ExecutionState evolve(
      ExecutionState state, ExecutionEvent event, DefinitionSource definitions) {
    return switch (event) {
      case ExecutionStarted started -> started(started, definitions);
      case NodeCompleted completed -> new Evolution(state).completed(completed);
      case NodeReleased released -> new Evolution(state).released(released);
      case NodeFailed failed -> new Evolution(state).failed(failed);
      case AttemptFailed failed -> new Evolution(state).next(failed.nodeId(), failed.next(), true);
      case AttemptLost lost -> new Evolution(state).next(lost.nodeId(), lost.next(), false);
      case ExecutionCompleted completed -> state.completed(completed.output());
      case ExecutionFailed failed -> new Evolution(state).executionFailed(failed);
      case ExecutionCancelled cancelled ->
          new Evolution(state)
              .cancelled(cancelled.cancelled())
              .ended(ExecutionStatus.CANCELLED, null, null, null);
      case ExecutionTimedOut timedOut ->
          new Evolution(state)
              .cancelled(timedOut.cancelled())
              .ended(ExecutionStatus.TIMED_OUT, null, null, null);
      case ExecutionSuspended _ -> state.with(ExecutionStatus.SUSPENDED);
      case ExecutionResumed _ -> state.with(ExecutionStatus.RUNNING);
      case ExecutionRetried retried ->
          new Evolution(state.reopened(timeoutOf(retried.timers()))).retried(retried);
    };
  }

  private static ExecutionState started(ExecutionStarted event, DefinitionSource definitions) {
    CompiledDefinition definition = definitions.find(event.definition(), event.version());
    if (definition == null || !definition.hash().equals(event.definitionHash())) {
      throw new IllegalStateException(
          "Expected version "
              + event.version()
              + " of "
              + event.definition()
              + " with hash "
              + event.definitionHash()
              + ", but "
              + (definition == null ? "there is none" : "its hash is " + definition.hash()));
    }
    ExecutionState fresh =
        ExecutionState.fresh(
            new ExecutionState.Origin(
                definition,
                event.input(),
                event.variables(),
                event.businessKey(),
                timeoutOf(event.timers())));
    Evolution evolution = new Evolution(fresh);
    evolution.advance(event);
    return evolution.after();
  }

  private static @Nullable Instant timeoutOf(List<ScheduledTimer> timers) {
    for (ScheduledTimer timer : timers) {
      if (timer.kind() == ScheduledTimer.Kind.EXECUTION_TIMEOUT) {
        return timer.dueAt();
      }
    }
    return null;
  }

  private ExecutionState after() {
    return before.with(nodes, activeCount);
  }

  private NodeState get(CompiledNode node) {
    NodeState state = nodes.get(node.index());
    return state == null ? NodeState.pending(node.incomingCount()) : state;
  }

  private void set(CompiledNode node, NodeState state) {
    nodes = nodes.with(node.index(), state);
  }

  private ExecutionState completed(NodeCompleted event) {
    CompiledNode node = definition.node(event.nodeId());
    boolean held = before.status() == ExecutionStatus.SUSPENDED;
    set(node, get(node).completed(event.attempt(), event.output(), held));
    activeCount--;
    if (!held) {
      leave(node, event.taken());
      advance(event);
    }
    return after();
  }

  private ExecutionState released(NodeReleased event) {
    CompiledNode node = definition.node(event.nodeId());
    set(node, get(node).released());
    leave(node, event.taken());
    advance(event);
    return after();
  }

  private ExecutionState retried(ExecutionRetried event) {
    NodePath leaving = event.leaving();
    if (leaving != null) {
      leave(definition.node(leaving.value()), event.taken());
    }
    advance(event);
    return after();
  }

  /** Decides the leaving edges: {@code taken} names the taken ones in the order of the document. */
  private void leave(CompiledNode node, List<String> taken) {
    int next = 0;
    for (int k = 0; k < node.outgoingCount(); k++) {
      CompiledEdge edge = definition.edge(node.outgoing(k));
      boolean isTaken = next < taken.size() && taken.get(next).equals(edge.label());
      if (isTaken) {
        next++;
      }
      CompiledNode target = definition.node(edge.to());
      // a target with one incoming edge is named by the event itself, activated or skipped
      if (target.incomingCount() > 1) {
        NodeState old = get(target);
        if (old.status() == NodeStatus.PENDING) {
          set(target, old.decided(isTaken));
        }
      }
    }
  }

  private void advance(Advance event) {
    for (SkippedNode skipped : event.skipped()) {
      CompiledNode node = definition.node(skipped.path().value());
      set(node, get(node).skipped(skipped.reason()));
      leave(node, List.of());
    }
    List<ScheduledTask> scheduled = event.scheduled();
    int next = 0;
    for (NodePath path : event.activated()) {
      CompiledNode node = definition.node(path.value());
      Activity activity = null;
      if (next < scheduled.size() && scheduled.get(next).path().equals(path)) {
        activity = Activity.of(scheduled.get(next++));
      }
      set(node, get(node).active(activity));
      activeCount++;
    }
    for (ScheduledTimer timer : event.timers()) {
      timer(timer);
    }
  }

  private void timer(ScheduledTimer timer) {
    if (timer.kind() == ScheduledTimer.Kind.EXECUTION_TIMEOUT) {
      return;
    }
    CompiledNode node = definition.node(timer.path().value());
    NodeState state = get(node);
    Activity activity = state.activity();
    set(
        node,
        state.active(
            activity == null
                ? Activity.until(timer.dueAt())
                : activity.withDeadline(timer.dueAt())));
  }

  private ExecutionState failed(NodeFailed event) {
    CompiledNode node = definition.node(event.nodeId());
    set(node, get(node).failed(event.attempt(), event.error()));
    activeCount--;
    return after();
  }

  private ExecutionState next(String nodeId, NextAttempt next, boolean counted) {
    CompiledNode node = definition.node(nodeId);
    NodeState state = get(node);
    Activity activity = state.activity();
    if (activity != null) {
      set(node, state.active(activity.next(next, counted)));
    }
    return after();
  }

  /**
   * An execution that failed at the edges of a node that completed: these edges are undecided, for
   * a retry to decide them. The event before could not say so; it names no edge as taken.
   */
  private ExecutionState executionFailed(ExecutionFailed event) {
    NodePath path = event.path();
    CompiledNode node = path == null ? null : definition.find(path.value());
    if (node != null && get(node).status() == NodeStatus.COMPLETED) {
      for (int k = 0; k < node.outgoingCount(); k++) {
        CompiledNode target = definition.node(definition.edge(node.outgoing(k)).to());
        if (target.incomingCount() > 1 && get(target).status() == NodeStatus.PENDING) {
          set(target, get(target).withdrawn());
        }
      }
    }
    return cancelled(event.cancelled()).failed(event.error(), path);
  }

  private ExecutionState cancelled(List<NodePath> paths) {
    for (NodePath path : paths) {
      CompiledNode node = definition.node(path.value());
      set(node, get(node).cancelled());
      activeCount--;
    }
    return after();
  }
}
