package dev.varve.command.worker;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** Reads the header {@code Retry-After} (RFC 9110, section 10.2.3): seconds or a date. */
final class RetryAfter {
  private RetryAfter() {}

  /** Returns the wait that was asked for, from zero to {@code max}; null when there is none. */
  static @Nullable Duration parse(@Nullable String value, Instant now, Duration max) {
    if (value == null) {
      return null;
    }
    String text = value.strip();
    Duration wait;
    if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      wait = text.length() > 9 ? max : Duration.ofSeconds(Long.parseLong(text));
    } else {
      try {
        Instant until = DateTimeFormatter.RFC_1123_DATE_TIME.parse(text, Instant::from);
        wait = until.isAfter(now) ? Duration.between(now, until) : Duration.ZERO;
      } catch (DateTimeException _) {
        return null;
      }
    }
    return wait.compareTo(max) > 0 ? max : wait;
  }
}
