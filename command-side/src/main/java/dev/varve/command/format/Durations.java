package dev.varve.command.format;

import dev.varve.api.common.Limits;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads exact ISO 8601 durations and instants. */
final class Durations {
  private static final Pattern EXACT =
      Pattern.compile(
          "P(?=.)(\\d{1,9}D)?(T(?=.)(\\d{1,9}H)?(\\d{1,9}M)?(\\d{1,9}(\\.\\d{1,9})?S)?)?");

  private Durations() {}

  /**
   * Returns the duration that {@code text} writes; null when it is none, or longer than the limit.
   */
  static @Nullable Duration parse(String text) {
    if (!EXACT.matcher(text).matches()) {
      return null;
    }
    try {
      Duration duration = Duration.parse(text);
      return duration.compareTo(Limits.DURATION_MAX) > 0 ? null : duration;
    } catch (DateTimeException | ArithmeticException _) {
      return null;
    }
  }

  /** Returns what to tell about a wrong duration. */
  static String expected(String found) {
    return "Expected an ISO 8601 duration in days, hours, minutes and seconds of at most "
        + Limits.DURATION_MAX.toDays()
        + " days, such as PT5S, but found '"
        + Fields.echo(found)
        + "'";
  }

  /** Tells whether {@code text} writes an instant. */
  static boolean isInstant(String text) {
    try {
      return !Instant.parse(text).equals(Instant.MIN);
    } catch (DateTimeException _) {
      return false;
    }
  }
}
