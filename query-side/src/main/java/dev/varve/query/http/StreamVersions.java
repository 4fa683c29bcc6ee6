package dev.varve.query.http;

import dev.varve.api.log.LogToken;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Tells which version of a stream a view shows: the sequence of the newest event in it. */
@FunctionalInterface
public interface StreamVersions {
  /**
   * Returns the sequence of the newest event of {@code stream} at {@code asOf}; null when there is
   * none.
   */
  @Nullable Long at(UUID stream, LogToken asOf);
}
