package dev.varve.query.http;

import dev.varve.api.log.LogToken;
import dev.varve.api.rejection.Rejection;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.query.projection.PositionWait;
import dev.varve.web.RejectionException;
import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Lets a reader see its own write: waits, for a bounded time, until a read model shows it. */
public final class MinPosition {
  private static final Duration WAIT_DEFAULT = Duration.ofSeconds(5);

  private final PositionWait positions;
  private final Predicate<LogToken> held;

  /**
   * Makes it.
   *
   * @param positions waits
   * @param held tells whether a token is a place in the log
   */
  public MinPosition(PositionWait positions, Predicate<LogToken> held) {
    this.positions = positions;
    this.held = held;
  }

  /**
   * Waits until {@code projection} shows {@code minPosition}.
   *
   * @param minPosition opaque token of a position; null asks for nothing
   * @param wait longest wait as an ISO-8601 duration; null for 5 s
   * @throws RejectionException {@code cursor.invalid}, {@code query.invalid}, {@code
   *     cursor.regressed} when the log does not have it, or {@code query.position-timeout} when the
   *     wait was in vain
   */
  void await(String projection, @Nullable String minPosition, @Nullable String wait) {
    Duration atMost = Parameters.wait(wait, WAIT_DEFAULT);
    if (minPosition == null) {
      return;
    }
    LogToken token = parse(minPosition);
    if (!held.test(token)) {
      throw new RejectionException(
          Rejection.of(
              RejectionCode.CURSOR_REGRESSED,
              "Expected a place in this log, but minPosition names one that is not in it"));
    }
    try {
      if (positions.await(projection, token, atMost)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new RejectionException(
        Rejection.of(
            RejectionCode.QUERY_POSITION_TIMEOUT,
            "Expected the read model to reach minPosition within " + atMost + "; try again"));
  }

  private static LogToken parse(String token) {
    try {
      return LogToken.parse(token);
    } catch (IllegalArgumentException e) {
      throw new RejectionException(
          Rejection.of(RejectionCode.CURSOR_INVALID, "Expected minPosition as an answer gave it"));
    }
  }
}
