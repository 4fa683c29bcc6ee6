package dev.varve.eventstore.postgres;

import dev.varve.api.log.AppendException;
import java.sql.SQLException;

/** What a failed statement of the append path means for its group. */
enum Failure {
  /** A position, sequence, key or receipt is taken: rolled back for certain. */
  COLLISION,
  /** The connection is gone: a commit in flight may or may not have happened. */
  CONNECTION,
  /**
   * Rolled back for certain, and another try may succeed: deadlock, lock or statement timeout,
   * short of resources.
   */
  AGAIN,
  /** The database refuses something in the group itself. */
  REFUSED;

  private static final String DISK_FULL = "53100";

  static Failure of(SQLException e) {
    String state = e.getSQLState();
    if (state == null) {
      return CONNECTION;
    }
    if ("23505".equals(state)) {
      return COLLISION;
    }
    if (state.startsWith("08") || state.startsWith("57P") || "25P03".equals(state)) {
      return CONNECTION;
    }
    return switch (state.substring(0, 2)) {
      case "40", "53", "55", "57", "58", "25" -> AGAIN;
      case "42" -> AGAIN;
      default -> REFUSED;
    };
  }

  static AppendException unknown(SQLException e) {
    return new AppendException.OutcomeUnknown("The outcome could not be found out in time", e);
  }

  static AppendException unavailable(SQLException e) {
    if (DISK_FULL.equals(e.getSQLState())) {
      return new AppendException.Unavailable(
          "store.full", "The disk of the event store is full", e);
    }
    return new AppendException.Unavailable(
        "store.unavailable", "The event store cannot be written", e);
  }

  static AppendException regression() {
    return new AppendException.Unavailable(
        "store.regressed", "The database no longer holds what this node has seen committed", null);
  }

  static AppendException refused(SQLException e) {
    return new AppendException.Unstorable(
        "store.refused", "The database refuses it: " + e.getSQLState());
  }
}
