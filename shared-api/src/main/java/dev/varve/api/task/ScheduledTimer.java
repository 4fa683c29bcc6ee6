package dev.varve.api.task;

import dev.varve.api.common.NodePath;
import java.time.Instant;

/**
 * A due instant that an event asks for.
 *
 * @param kind what happens then
 * @param path the node instance; empty text for the execution itself
 * @param dueAt by the database's clock
 */
public record ScheduledTimer(Kind kind, NodePath path, Instant dueAt) {
  /** What a timer is for. */
  public enum Kind {
    /** A delay node ends. */
    DELAY,
    /** A node has used up its time over all attempts. */
    NODE_DEADLINE,
    /** The execution has used up its time. */
    EXECUTION_TIMEOUT
  }

  /** The path of timers of the execution itself. */
  public static final NodePath EXECUTION = new NodePath("");
}
