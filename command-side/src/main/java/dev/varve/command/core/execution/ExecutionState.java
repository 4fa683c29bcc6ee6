package dev.varve.command.core.execution;

import dev.varve.api.common.ErrorInfo;
import dev.varve.api.common.NodePath;
import dev.varve.api.execution.ExecutionStatus;
import dev.varve.api.execution.NodeStatus;
import dev.varve.command.core.definition.CompiledDefinition;
import dev.varve.command.core.definition.CompiledNode;
import dev.varve.command.core.definition.DefinitionSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;

/**
 * What an execution is, folded from its events. Immutable: a step shares all of its structure with
 * the state before but a few blocks, whatever the number of nodes. Thread safe.
 */
public final class ExecutionState {
  /**
   * Revision of the snapshot form; a snapshot of another revision is ignored and the events are
   * folded instead.
   */
  public static final int REVISION = 3;

  /** The state before the first event. */
  public static final ExecutionState NONE =
      new ExecutionState(null, null, PersistentArray.ofLength(0), 0, null, null, null);

  private final @Nullable Origin origin;
  private final @Nullable ExecutionStatus status;
  private final PersistentArray<NodeState> nodes;
  private final int activeCount;
  private final @Nullable JsonNode output;
  private final @Nullable ErrorInfo error;
  private final @Nullable NodePath failedAt;

  /**
   * What never changes after the start, but for the timeout when it is retried.
   *
   * @param definition the version that the execution is bound to
   * @param input the input
   * @param variables initial {@code vars}
   * @param businessKey unique key; null for none
   * @param timeoutAt when the execution times out; null for never
   */
  record Origin(
      CompiledDefinition definition,
      JsonNode input,
      JsonNode variables,
      @Nullable String businessKey,
      @Nullable Instant timeoutAt) {}

  private ExecutionState(
      @Nullable Origin origin,
      @Nullable ExecutionStatus status,
      PersistentArray<NodeState> nodes,
      int activeCount,
      @Nullable JsonNode output,
      @Nullable ErrorInfo error,
      @Nullable NodePath failedAt) {
    this.origin = origin;
    this.status = status;
    this.nodes = nodes;
    this.activeCount = activeCount;
    this.output = output;
    this.error = error;
    this.failedAt = failedAt;
  }

  static ExecutionState fresh(Origin origin) {
    return new ExecutionState(
        origin,
        ExecutionStatus.RUNNING,
        PersistentArray.ofLength(origin.definition().nodeCount()),
        0,
        null,
        null,
        null);
  }

  ExecutionState with(PersistentArray<NodeState> newNodes, int newActiveCount) {
    return new ExecutionState(origin, status, newNodes, newActiveCount, output, error, failedAt);
  }

  /** Is suspended, or runs again. */
  ExecutionState with(ExecutionStatus newStatus) {
    return new ExecutionState(origin, newStatus, nodes, activeCount, output, error, failedAt);
  }

  ExecutionState completed(JsonNode newOutput) {
    return ended(ExecutionStatus.COMPLETED, newOutput, null, null);
  }

  ExecutionState failed(ErrorInfo newError, @Nullable NodePath at) {
    return ended(ExecutionStatus.FAILED, null, newError, at);
  }

  ExecutionState ended(
      ExecutionStatus newStatus,
      @Nullable JsonNode newOutput,
      @Nullable ErrorInfo newError,
      @Nullable NodePath newFailedAt) {
    return new ExecutionState(
        origin, newStatus, nodes, activeCount, newOutput, newError, newFailedAt);
  }

  /** Runs again, with another timeout. */
  ExecutionState reopened(@Nullable Instant newTimeoutAt) {
    Origin old = origin();
    return new ExecutionState(
        new Origin(old.definition(), old.input(), old.variables(), old.businessKey(), newTimeoutAt),
        ExecutionStatus.RUNNING,
        nodes,
        activeCount,
        null,
        null,
        null);
  }

  /** Tells whether the execution has started. */
  public boolean started() {
    return origin != null;
  }

  /** Returns the status; null before the start. */
  public @Nullable ExecutionStatus status() {
    return status;
  }

  /** Tells whether the execution has ended. */
  public boolean terminal() {
    return status != null && status.terminal();
  }

  Origin origin() {
    Origin known = origin;
    if (known == null) {
      throw new IllegalStateException("The execution has not started");
    }
    return known;
  }

  /**
   * Returns the version that the execution is bound to.
   *
   * @throws IllegalStateException before the start
   */
  public CompiledDefinition definition() {
    return origin().definition();
  }

  /** Returns the input; JSON null before the start. */
  public JsonNode input() {
    return origin == null ? NullNode.instance : origin.input();
  }

  /** Returns {@code vars}; JSON null before the start. */
  public JsonNode variables() {
    return origin == null ? NullNode.instance : origin.variables();
  }

  /** Returns the business key; null for none. */
  public @Nullable String businessKey() {
    return origin == null ? null : origin.businessKey();
  }

  /** Returns when the execution times out; null for never. */
  public @Nullable Instant timeoutAt() {
    return origin == null ? null : origin.timeoutAt();
  }

  /** Returns the output; null unless COMPLETED. */
  public @Nullable JsonNode output() {
    return output;
  }

  /** Returns the error; null unless FAILED. */
  public @Nullable ErrorInfo error() {
    return error;
  }

  /** Returns the node instance that the execution failed at; null unless FAILED, and for none. */
  @Nullable NodePath failedAt() {
    return failedAt;
  }

  /** Returns how many node instances are ACTIVE. */
  public int activeCount() {
    return activeCount;
  }

  /** Returns where the node at {@code index} stands. */
  public NodeState node(int index) {
    NodeState node = nodes.get(index);
    return node == null ? absent(index) : node;
  }

  /** Returns where a node instance stands; null before the start and for an unknown path. */
  public @Nullable NodeState node(NodePath path) {
    CompiledNode node = origin == null ? null : origin.definition().find(path.value());
    return node == null ? null : node(node.index());
  }

  private NodeState absent(int index) {
    return NodeState.pending(definition().node(index).incomingCount());
  }

  PersistentArray<NodeState> nodes() {
    return nodes;
  }

  /**
   * Returns the node instances that are ACTIVE, in the order of the document. Looks at every node:
   * for the end only.
   */
  public List<NodePath> active() {
    List<NodePath> active = new ArrayList<>(activeCount);
    for (int i = 0; i < nodes.length() && active.size() < activeCount; i++) {
      NodeState node = nodes.get(i);
      if (node != null && node.status() == NodeStatus.ACTIVE) {
        active.add(definition().node(i).path());
      }
    }
    return List.copyOf(active);
  }

  /**
   * Returns the nodes that completed while the execution was suspended and from which nothing has
   * followed yet, in the order of the document. Looks at every node.
   */
  List<CompiledNode> held() {
    List<CompiledNode> held = new ArrayList<>(0);
    for (int i = 0; i < nodes.length(); i++) {
      NodeState node = nodes.get(i);
      if (node != null && node.held()) {
        held.add(definition().node(i));
      }
    }
    return List.copyOf(held);
  }

  /** Returns this state as JSON, for a snapshot or a view; {@link #REVISION} tells its form. */
  public JsonNode toSnapshot() {
    return ExecutionSnapshot.write(this);
  }

  /**
   * Returns the state that {@code snapshot} was made of.
   *
   * @param definitions must know the version that the snapshot names
   * @throws IllegalStateException when the version is unknown or has another hash
   */
  public static ExecutionState fromSnapshot(JsonNode snapshot, DefinitionSource definitions) {
    return ExecutionSnapshot.read(snapshot, definitions);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ExecutionState that
        && status == that.status
        && activeCount == that.activeCount
        && Objects.equals(origin, that.origin)
        && Objects.equals(output, that.output)
        && Objects.equals(error, that.error)
        && Objects.equals(failedAt, that.failedAt)
        && nodes.sameAs(that.nodes, this::absent);
  }

  @Override
  public int hashCode() {
    return Objects.hash(origin, status, activeCount);
  }

  @Override
  public String toString() {
    return origin == null ? "ExecutionState[none]" : toSnapshot().toString();
  }
}
