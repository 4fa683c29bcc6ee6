package dev.varve.command.worker;

import java.time.Duration;

/**
 * Limits of the dispatcher.
 *
 * @param concurrency most attempts that run at once in this process; more wait in memory
 * @param heldMax most attempts held in memory, waiting and running; what is above is left to
 *     recovery, which comes back to it when there is room
 * @param backoffMin first wait before a result is sent again that could not be committed
 * @param backoffMax longest such wait
 */
public record DispatcherSettings(
    int concurrency, int heldMax, Duration backoffMin, Duration backoffMax) {
  /** 1,000 at once, 100,000 held, 20 ms to 2 s. */
  public static final DispatcherSettings DEFAULT =
      new DispatcherSettings(1_000, 100_000, Duration.ofMillis(20), Duration.ofSeconds(2));

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException when one is out of range
   */
  public DispatcherSettings {
    if (concurrency < 1 || heldMax < concurrency) {
      throw new IllegalArgumentException(
          "Expected 1 <= concurrency <= heldMax, but got " + concurrency + " and " + heldMax);
    }
    if (backoffMin.toMillis() < 1 || backoffMax.compareTo(backoffMin) < 0) {
      throw new IllegalArgumentException(
          "Expected 1 ms <= backoffMin <= backoffMax, but got " + backoffMin + ", " + backoffMax);
    }
  }
}
