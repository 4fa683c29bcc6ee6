package dev.varve.query.execution;

import dev.varve.api.execution.ExecutionStatus;
import dev.varve.api.execution.ExecutionView.AttemptStatus;
import dev.varve.api.execution.NodeStatus;

/** The small numbers that stand for statuses in the read model. Never reused. */
final class StatusCodes {
  private StatusCodes() {}

  static int of(ExecutionStatus status) {
    return switch (status) {
      case RUNNING -> 0;
      case SUSPENDED -> 1;
      case COMPENSATING -> 2;
      case COMPLETED -> 3; // named in the predicate of an index
      case FAILED -> 4;
      case CANCELLED -> 5;
      case TIMED_OUT -> 6;
    };
  }

  static ExecutionStatus execution(int code) {
    return switch (code) {
      case 0 -> ExecutionStatus.RUNNING;
      case 1 -> ExecutionStatus.SUSPENDED;
      case 2 -> ExecutionStatus.COMPENSATING;
      case 3 -> ExecutionStatus.COMPLETED;
      case 4 -> ExecutionStatus.FAILED;
      case 5 -> ExecutionStatus.CANCELLED;
      case 6 -> ExecutionStatus.TIMED_OUT;
      default -> throw new IllegalStateException("Expected an execution status, but was " + code);
    };
  }

  static int of(NodeStatus status) {
    return switch (status) {
      case PENDING -> 0;
      case ACTIVE -> 1;
      case COMPLETED -> 2;
      case FAILED -> 3;
      case SKIPPED -> 4;
      case CANCELLED -> 5;
      case COMPENSATED -> 6;
    };
  }

  static NodeStatus node(int code) {
    return switch (code) {
      case 0 -> NodeStatus.PENDING;
      case 1 -> NodeStatus.ACTIVE;
      case 2 -> NodeStatus.COMPLETED;
      case 3 -> NodeStatus.FAILED;
      case 4 -> NodeStatus.SKIPPED;
      case 5 -> NodeStatus.CANCELLED;
      case 6 -> NodeStatus.COMPENSATED;
      default -> throw new IllegalStateException("Expected a node status, but was " + code);
    };
  }

  static int of(AttemptStatus status) {
    return switch (status) {
      case ACTIVE -> 0;
      case COMPLETED -> 1;
      case FAILED -> 2;
      case LOST -> 3;
      case CANCELLED -> 4;
    };
  }

  static AttemptStatus attempt(int code) {
    return switch (code) {
      case 0 -> AttemptStatus.ACTIVE;
      case 1 -> AttemptStatus.COMPLETED;
      case 2 -> AttemptStatus.FAILED;
      case 3 -> AttemptStatus.LOST;
      case 4 -> AttemptStatus.CANCELLED;
      default -> throw new IllegalStateException("Expected an attempt status, but was " + code);
    };
  }
}
