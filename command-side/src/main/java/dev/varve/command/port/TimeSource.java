package dev.varve.command.port;

import java.time.Instant;

/** The database's time; never the clock of the machine alone. */
@FunctionalInterface
public interface TimeSource {
  /** Returns the present instant by the database's clock (measured offset, microseconds). */
  Instant now();
}
