package dev.varve.command.core.execution.node;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Instants as the database keeps them: in microseconds. Rounded up, so that nothing is early. */
public final class Instants {
  private static final long NANOS_PER_MICRO = 1_000;

  private Instants() {}

  /** Returns {@code instant}, rounded up to a microsecond. */
  public static Instant roundUp(Instant instant) {
    return instant.getNano() % NANOS_PER_MICRO == 0
        ? instant
        : instant.truncatedTo(ChronoUnit.MICROS).plusNanos(NANOS_PER_MICRO);
  }

  /** Returns the instant that is {@code duration} after {@code start}; null for no duration. */
  public static @Nullable Instant after(Instant start, @Nullable Duration duration) {
    return duration == null ? null : roundUp(start.plus(duration));
  }
}
