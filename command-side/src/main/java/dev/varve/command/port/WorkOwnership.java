package dev.varve.command.port;

/** Says whether this process may begin attempts that it owns. */
@FunctionalInterface
public interface WorkOwnership {
  /**
   * Returns true while this incarnation's lease is known to hold, judged without asking the
   * database. False means that others may be taking its attempts over: nothing new is begun, what
   * runs goes on and is fenced by the attempt number.
   */
  boolean held();
}
