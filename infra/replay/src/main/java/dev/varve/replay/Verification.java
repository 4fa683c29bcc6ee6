package dev.varve.replay;

import dev.varve.eventstore.EventLog;
import dev.varve.eventstore.verify.ChainVerifier;
import dev.varve.eventstore.verify.Verdict;
import java.sql.SQLException;

/**
 * Verifies a whole partition range by range. Each range takes a connection of its own and gives it
 * back, so that a walk through a long log leaves the pool to others in between.
 */
public final class Verification {
  /** Positions per range. */
  public static final int RANGE = 20_000;

  private final EventLog log;
  private final ChainVerifier verifier;
  private final int range;

  /** Verifies {@code log} in ranges of {@link #RANGE} positions. */
  public Verification(EventLog log, ChainVerifier verifier) {
    this(log, verifier, RANGE);
  }

  /**
   * Verifies {@code log}.
   *
   * @param range positions per range, at least 1
   */
  public Verification(EventLog log, ChainVerifier verifier, int range) {
    this.log = log;
    this.verifier = verifier;
    this.range = range;
  }

  /**
   * Verifies a partition from its first event to its last.
   *
   * @return the verdict on all of it; it ends at the first bad position
   */
  public Verdict verify(int partition) throws SQLException {
    return verify(partition, 1, Long.MAX_VALUE);
  }

  /**
   * Verifies a part of a partition. What lies before {@code begin} is taken for granted.
   *
   * @param begin first position, at least 1
   * @param end last position, which must exist; {@link Long#MAX_VALUE} for the last there is
   * @return the verdict on all of it; it ends at the first bad position
   */
  public Verdict verify(int partition, long begin, long end) throws SQLException {
    long from = begin;
    long erased = 0;
    // What a range begins with was proved by the range before it. The last range is open: only so
    // is an event found that lies beyond a hole at the end.
    while (Math.min(end, log.tail(partition).position()) - from >= range) {
      Verdict verdict = verifier.verify(partition, from, from + range - 1);
      if (verdict.problem() != null) {
        return whole(verdict, begin, erased);
      }
      erased += verdict.erased();
      from += range;
    }
    return whole(verifier.verify(partition, from, end), begin, erased);
  }

  private static Verdict whole(Verdict last, long begin, long erasedBefore) {
    return new Verdict(
        last.partition(),
        begin,
        last.to(),
        last.from() - begin + last.checked(),
        erasedBefore + last.erased(),
        last.hash(),
        last.problem());
  }
}
