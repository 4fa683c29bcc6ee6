package dev.varve.command.core.execution;

import dev.varve.api.common.ErrorInfo;
import dev.varve.api.execution.NodeStatus;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Where one node instance stands.
 *
 * @param status PENDING until every question about its incoming edges that matters is answered
 * @param undecided incoming edges that were neither taken nor ruled out; counted while PENDING only
 * @param taken incoming edges that were taken; counted while PENDING only
 * @param attempt the current or last attempt; 0 for a node without outside work or not yet reached
 * @param output the output; null unless COMPLETED
 * @param activity what it waits for; null unless ACTIVE, and null for an ACTIVE node that is done
 *     in the very command that activated it
 * @param error why it failed; null unless FAILED
 * @param skipReason why it will not run; null unless SKIPPED
 * @param held true for a node that completed while the execution was suspended: what follows from
 *     it is not decided yet
 */
public record NodeState(
    NodeStatus status,
    int undecided,
    int taken,
    int attempt,
    @Nullable JsonNode output,
    @Nullable Activity activity,
    @Nullable ErrorInfo error,
    @Nullable String skipReason,
    boolean held) {

  static NodeState pending(int undecided) {
    return new NodeState(NodeStatus.PENDING, undecided, 0, 0, null, null, null, null, false);
  }

  /** One incoming edge was decided; asked while PENDING only. */
  NodeState decided(boolean edgeTaken) {
    return new NodeState(
        status, undecided - 1, edgeTaken ? taken + 1 : taken, 0, null, null, null, null, false);
  }

  /** The decision that no edge was taken is withdrawn for one of them. */
  NodeState withdrawn() {
    return new NodeState(status, undecided + 1, taken, 0, null, null, null, null, false);
  }

  /** Attempt numbers only grow, also when the node is active again without an attempt. */
  NodeState active(@Nullable Activity newActivity) {
    return new NodeState(
        NodeStatus.ACTIVE,
        0,
        0,
        newActivity == null || newActivity.task() == null ? attempt : newActivity.task().attempt(),
        null,
        newActivity,
        null,
        null,
        false);
  }

  NodeState completed(int lastAttempt, JsonNode newOutput, boolean isHeld) {
    return new NodeState(
        NodeStatus.COMPLETED, 0, 0, lastAttempt, newOutput, null, null, null, isHeld);
  }

  /** What follows from it is decided. */
  NodeState released() {
    return new NodeState(status, 0, 0, attempt, output, null, null, null, false);
  }

  NodeState failed(int lastAttempt, ErrorInfo newError) {
    return new NodeState(
        NodeStatus.FAILED, 0, 0, Math.max(attempt, lastAttempt), null, null, newError, null, false);
  }

  NodeState skipped(String reason) {
    return new NodeState(NodeStatus.SKIPPED, 0, 0, 0, null, null, null, reason, false);
  }

  NodeState cancelled() {
    return new NodeState(NodeStatus.CANCELLED, 0, 0, attempt, null, null, null, null, false);
  }
}
