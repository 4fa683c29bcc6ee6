package dev.varve.command.axon;

import dev.varve.api.rejection.Rejection;
import dev.varve.api.rejection.RejectionCode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compares the version that a sender expects a stream to have with the one it has. */
final class Expected {
  /** Member of the problem that tells the present version. */
  private static final String ACTUAL = "actualVersion";

  private Expected() {}

  /**
   * Returns why a command is refused; null when it is not.
   *
   * @param expected null when the sender does not care
   * @param actual null when there is no such stream, which others say in better words
   */
  static @Nullable Rejection version(@Nullable Long expected, @Nullable Long actual) {
    if (expected == null || actual == null || expected.equals(actual)) {
      return null;
    }
    return new Rejection(
        RejectionCode.VERSION_CONFLICT,
        "Expected version " + expected + ", but it is " + actual,
        List.of(),
        Map.of(ACTUAL, actual.toString()));
  }
}
