package dev.varve.demo;

import java.time.Duration;
import java.util.Optional;

/**
 * How one call goes wrong on demand.
 *
 * @param status answered instead of the real answer; empty for the real one
 * @param delay how long the call takes first
 * @param retryAfter seconds in the {@code Retry-After} header
 * @param drop cut the connection instead of answering
 * @param effect do the work all the same, so that only the answer is lost
 */
record Fault(
    Optional<Integer> status,
    Duration delay,
    Optional<Integer> retryAfter,
    boolean drop,
    boolean effect) {

  static final Fault NONE =
      new Fault(Optional.empty(), Duration.ZERO, Optional.empty(), false, false);

  /** Whether the caller gets something else than the real answer. */
  boolean spoilsAnswer() {
    return drop || status.isPresent();
  }
}
