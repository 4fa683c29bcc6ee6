package dev.varve.command.port;

import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.NodePath;

/** What recovery needs to know of the attempts that this process holds in memory. */
public interface LocalWork {
  /** Tells whether this attempt waits, runs or is being reported here. */
  boolean knows(ExecutionId executionId, NodePath path, int attempt);

  /** Tells whether there is room to hold more attempts in memory. */
  boolean hasRoom();

  /** Begins what had to wait for the lease. Called when the lease holds again. */
  void resume();

  /**
   * Drops every attempt that has not begun: others may have taken it over. What is still owned by
   * this process is found again by recovery. Attempts that run go on.
   */
  void forgetWaiting();
}
