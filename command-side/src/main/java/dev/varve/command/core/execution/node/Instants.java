package dev.varve.command.core.execution.node;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Instants as the database keeps them: in microseconds. Rounded up, so that nothing is early. */
public final class Instants {
  private Instants() {}

  /** Returns {@code instant}, rounded up to a microsecond. */
  public static Instant roundUp(Instant instant) {
    Instant whole = instant.truncatedTo(ChronoUnit.MICROS);
    return whole.equals(instant) ? instant : whole.plus(1, ChronoUnit.MICROS);
  }

  /** Returns the instant that is {@code duration} after {@code start}; null for no duration. */
  public static @Nullable Instant after(Instant start, @Nullable Duration duration) {
    return duration == null ? null : roundUp(start.plus(duration));
  }
}
