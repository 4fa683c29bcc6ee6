package dev.varve.api.execution;

import dev.varve.api.common.ErrorInfo;
import dev.varve.api.common.NodePath;
import dev.varve.api.task.NextAttempt;
import dev.varve.api.task.ScheduledTask;
import dev.varve.api.task.ScheduledTimer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Facts about one execution. Few and fat: a step of a sequential workflow is one event. */
public sealed interface ExecutionEvent {
  /** A fact that moved the execution through its graph. Lists may be empty, never null. */
  sealed interface Advance extends ExecutionEvent
      permits ExecutionStarted, NodeCompleted, NodeReleased, ExecutionRetried {
    /** Returns the edges taken, as {@code from->to}. */
    List<String> taken();

    /** Returns the node instances that became active, those scheduled included. */
    List<NodePath> activated();

    /** Returns the outside work asked for. */
    List<ScheduledTask> scheduled();

    /** Returns the timers asked for. */
    List<ScheduledTimer> timers();

    /** Returns the node instances that will not run. */
    List<SkippedNode> skipped();
  }

  /**
   * The execution began and its entry nodes were activated.
   *
   * @param definition the definition's name
   * @param version its version, fixed for the execution's life
   * @param definitionHash hash of the canonical document
   * @param input the input
   * @param businessKey unique key; null for none
   * @param labels for searching
   * @param variables initial {@code vars}
   */
  record ExecutionStarted(
      String definition,
      int version,
      String definitionHash,
      JsonNode input,
      @Nullable String businessKey,
      Map<String, String> labels,
      JsonNode variables,
      List<String> taken,
      List<NodePath> activated,
      List<ScheduledTask> scheduled,
      List<ScheduledTimer> timers,
      List<SkippedNode> skipped)
      implements Advance {}

  /**
   * A node instance ended with an output, and the execution moved on. While the execution is
   * suspended it does not: all lists are empty, and a {@link NodeReleased} follows later unless the
   * execution has ended by then.
   *
   * @param nodeId the node
   * @param path the node instance
   * @param attempt the attempt that succeeded; 0 for nodes without outside work
   * @param output the output
   */
  record NodeCompleted(
      String nodeId,
      NodePath path,
      int attempt,
      JsonNode output,
      List<String> taken,
      List<NodePath> activated,
      List<ScheduledTask> scheduled,
      List<ScheduledTimer> timers,
      List<SkippedNode> skipped)
      implements Advance {}

  /**
   * What follows from a node instance that completed while the execution was suspended.
   *
   * @param nodeId the node
   * @param path the node instance
   */
  record NodeReleased(
      String nodeId,
      NodePath path,
      List<String> taken,
      List<NodePath> activated,
      List<ScheduledTask> scheduled,
      List<ScheduledTimer> timers,
      List<SkippedNode> skipped)
      implements Advance {}

  /**
   * A node instance ended with an error.
   *
   * @param attempt the last attempt; 0 for nodes without outside work
   */
  record NodeFailed(String nodeId, NodePath path, int attempt, ErrorInfo error)
      implements ExecutionEvent {}

  /** An attempt failed and another one follows. */
  record AttemptFailed(String nodeId, NodePath path, int attempt, ErrorInfo error, NextAttempt next)
      implements ExecutionEvent {}

  /** The owner of an attempt is gone; another attempt follows, at most the same one again. */
  record AttemptLost(String nodeId, NodePath path, int attempt, String owner, NextAttempt next)
      implements ExecutionEvent {}

  /** The execution ended with an output. */
  record ExecutionCompleted(JsonNode output) implements ExecutionEvent {}

  /** The execution ended with an error; what was active is cancelled. */
  record ExecutionFailed(ErrorInfo error, @Nullable NodePath path, List<NodePath> cancelled)
      implements ExecutionEvent {}

  /** The execution was ended by a command; what was active is cancelled. */
  record ExecutionCancelled(@Nullable String reason, List<NodePath> cancelled)
      implements ExecutionEvent {}

  /**
   * No further node starts until the execution is resumed. What is active goes on to its end.
   *
   * @param reason for the audit trail; null for none
   */
  record ExecutionSuspended(@Nullable String reason) implements ExecutionEvent {}

  /**
   * Nodes start again; what was held back follows as {@link NodeReleased}.
   *
   * @param reason for the audit trail; null for none
   */
  record ExecutionResumed(@Nullable String reason) implements ExecutionEvent {}

  /**
   * A failed or timed-out execution runs again. What had failed or was cancelled with it is active
   * again, its outside work as the attempt after the last one; what had completed stays.
   *
   * @param definition the definition's name, as the start has it
   * @param version its version, as the start has it
   * @param reason for the audit trail; null for none
   * @param leaving the node instance whose leaving edges could not be decided and now are; null for
   *     none
   */
  record ExecutionRetried(
      String definition,
      int version,
      @Nullable String reason,
      @Nullable NodePath leaving,
      List<String> taken,
      List<NodePath> activated,
      List<ScheduledTask> scheduled,
      List<ScheduledTimer> timers,
      List<SkippedNode> skipped)
      implements Advance {}

  /** The execution was ended by its timeout; what was active is cancelled. */
  record ExecutionTimedOut(List<NodePath> cancelled) implements ExecutionEvent {}
}
