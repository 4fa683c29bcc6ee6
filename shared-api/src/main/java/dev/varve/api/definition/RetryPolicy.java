package dev.varve.api.definition;

import java.time.Duration;
import java.util.List;

/**
 * How often and when a failed attempt is tried again.
 *
 * @param maxAttempts attempts in all, 1 to {@code Limits.ATTEMPTS_MAX}; lost attempts do not count
 * @param initial wait before the second attempt
 * @param factor each further wait is this many times the one before, at least 1
 * @param max longest wait
 * @param retryOn error codes that are retried whatever the worker says; empty means the worker
 *     decides
 * @param noRetryOn error codes that are never retried; wins over {@code retryOn}
 */
public record RetryPolicy(
    int maxAttempts,
    Duration initial,
    double factor,
    Duration max,
    List<String> retryOn,
    List<String> noRetryOn) {
  /** One attempt. */
  public static final RetryPolicy NONE =
      new RetryPolicy(1, Duration.ZERO, 1, Duration.ZERO, List.of(), List.of());

  /** Copies the lists. */
  public RetryPolicy {
    retryOn = List.copyOf(retryOn);
    noRetryOn = List.copyOf(noRetryOn);
  }
}
