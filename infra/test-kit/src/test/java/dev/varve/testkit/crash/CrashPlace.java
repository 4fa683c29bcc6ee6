package dev.varve.testkit.crash;

/** Where a node is halted: the places of the writer, and those of a projection's transaction. */
enum CrashPlace {
  BEFORE_INSERT,
  /** The insert is on its way while the process ends. */
  INSERT_SENT,
  BEFORE_COMMIT,
  BEFORE_FEED,
  BEFORE_ANSWERS,
  BETWEEN_ANSWERS,
  BEFORE_ANNOUNCEMENT,
  /** A projection has written rows; its token is not stored. */
  BEFORE_TOKEN,
  /** A projection's token is stored; its transaction is not committed. */
  AFTER_TOKEN,
  /** A projection's transaction is committed. */
  AFTER_PAGE,
  /** Nowhere: the node ends when it is told. */
  NOWHERE;

  /** Tells whether it is a place of a projection, not of the writer. */
  boolean inProjection() {
    return this == BEFORE_TOKEN || this == AFTER_TOKEN || this == AFTER_PAGE;
  }
}
