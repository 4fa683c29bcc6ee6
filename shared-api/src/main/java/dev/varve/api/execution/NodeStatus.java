package dev.varve.api.execution;

/** Where a node instance stands. */
public enum NodeStatus {
  /** Not reached. */
  PENDING,
  /** Runs or waits. */
  ACTIVE,
  /** Ended with an output. */
  COMPLETED,
  /** Ended with an error. */
  FAILED,
  /** Will not run, with a reason. */
  SKIPPED,
  /** Was active when the execution ended. */
  CANCELLED,
  /** Was undone. */
  COMPENSATED
}
