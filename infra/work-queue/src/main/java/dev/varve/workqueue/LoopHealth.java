package dev.varve.workqueue;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a background loop is doing.
 *
 * @param name what it does, in one or two words
 * @param period how often it means to run
 * @param sinceSuccess time since its last run that succeeded; since its start when there was none
 * @param lastError why its last run failed; null when it succeeded
 */
public record LoopHealth(
    String name, Duration period, Duration sinceSuccess, @Nullable String lastError) {
  /** How many periods may be missed, at least ten seconds. */
  private static final int PERIODS_MISSED_MAX = 5;

  private static final Duration SILENCE_MIN = Duration.ofSeconds(10);

  /** Tells whether it has succeeded lately. */
  public boolean healthy() {
    Duration allowed = period.multipliedBy(PERIODS_MISSED_MAX);
    return sinceSuccess.compareTo(allowed.compareTo(SILENCE_MIN) > 0 ? allowed : SILENCE_MIN) < 0;
  }
}
