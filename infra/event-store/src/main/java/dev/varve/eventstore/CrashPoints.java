package dev.varve.eventstore;

/**
 * Named places around a commit. In production nobody listens; a test may stop the whole process at
 * one of them, to show that whatever was on its way there is neither lost nor doubled.
 */
@FunctionalInterface
public interface CrashPoints {
  /** Nobody listens. */
  CrashPoints NONE = point -> {};

  /**
   * A writer has come to {@code point}. Called on the writer's thread, once per group and place.
   */
  void reached(Point point);

  /** The places. */
  enum Point {
    /** A group is numbered and chained; nothing was sent. */
    BEFORE_INSERT,
    /** The rows of a slow group are written; its commit was not sent. */
    BEFORE_COMMIT,
    /** The group is durable; no reader and no sender knows. */
    BEFORE_FEED,
    /** Readers of this process can see the group; no sender knows. */
    BEFORE_ANSWERS,
    /** One more sender of the group knows; others may not. */
    BETWEEN_ANSWERS,
    /** All senders know; other nodes were not told. */
    BEFORE_ANNOUNCEMENT
  }
}
