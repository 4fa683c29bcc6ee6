package dev.varve.replay;

import java.time.Instant;

/** A point in the life of an execution. */
public sealed interface Moment {
  /** After the last event there is. */
  record Latest() implements Moment {}

  /**
   * After an event.
   *
   * @param sequence its place in the execution's history, from 0
   */
  record After(long sequence) implements Moment {}

  /**
   * After the last event recorded at or before an instant.
   *
   * @param instant database time
   */
  record At(Instant instant) implements Moment {}
}
