package dev.varve.api.definition;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How hard a node with outside work is tried.
 *
 * @param timeout longest time of one attempt; null for none
 * @param deadline longest time over all attempts; null for none
 * @param retry when a failed attempt is tried again
 */
public record Effort(@Nullable Duration timeout, @Nullable Duration deadline, RetryPolicy retry) {
  /** One attempt without time limits. */
  public static final Effort DEFAULT = new Effort(null, null, RetryPolicy.NONE);
}
