package dev.varve.eventstore.axon;

import java.time.Duration;

/**
 * How processors run.
 *
 * @param batchEvents most events in one transaction, 1 to 10,000
 * @param linger shortest time between two batches that are not full; a quiet log is seen at once
 * @param claimInterval how often a processor looks for claims that became free
 * @param claimTimeout a claim that was not renewed for this long may be taken over by another
 *     process
 */
public record ProcessorSettings(
    int batchEvents, Duration linger, Duration claimInterval, Duration claimTimeout) {
  /**
   * 2,048 events, 25 ms, 2 s, 10 s. A node that starts and ends within one batch is one row write:
   * with 10 ms the same load wrote twice the rows, and the work tables fell behind (see {@code
   * infra/docs/performance.md}).
   */
  public static final ProcessorSettings DEFAULT =
      new ProcessorSettings(
          2_048, Duration.ofMillis(25), Duration.ofSeconds(2), Duration.ofSeconds(10));

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException when one is out of range
   */
  public ProcessorSettings {
    if (batchEvents < 1 || batchEvents > 10_000) {
      throw new IllegalArgumentException("Expected batchEvents 1..10000, but was " + batchEvents);
    }
    if (linger.isNegative() || linger.compareTo(Duration.ofSeconds(1)) > 0) {
      throw new IllegalArgumentException("Expected linger of 0 to 1 s, but was " + linger);
    }
    if (claimInterval.toMillis() < 10 || claimTimeout.compareTo(claimInterval) <= 0) {
      throw new IllegalArgumentException(
          "Expected claimInterval of at least 10 ms and a longer claimTimeout, but were "
              + claimInterval
              + " and "
              + claimTimeout);
    }
  }
}
