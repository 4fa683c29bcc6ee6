package dev.varve.api.execution;

/** Where an execution stands. */
public enum ExecutionStatus {
  /** Has work to do or waits. */
  RUNNING,
  /** Paused by an operator. */
  SUSPENDED,
  /** Undoes what it did. */
  COMPENSATING,
  /** Ended with an output. */
  COMPLETED,
  /** Ended with an error. */
  FAILED,
  /** Ended by a command. */
  CANCELLED,
  /** Ended by its timeout. */
  TIMED_OUT;

  /** Tells whether nothing can follow. */
  public boolean terminal() {
    return switch (this) {
      case RUNNING, SUSPENDED, COMPENSATING -> false;
      case COMPLETED, FAILED, CANCELLED, TIMED_OUT -> true;
    };
  }
}
