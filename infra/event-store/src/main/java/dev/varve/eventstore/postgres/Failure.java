package dev.varve.eventstore.postgres;

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
}
