package dev.varve.eventstore.verify;

import org.jspecify.annotations.Nullable;

/**
 * What a verification found.
 *
 * @param partition the log
 * @param from first position looked at
 * @param to last position looked at
 * @param checked how many events were found in order
 * @param erased how many of them have an erased payload, of which the chain still proves the digest
 * @param hash chain hash of the last event that was in order, in hex
 * @param problem the first thing that is wrong; null when nothing is
 */
public record Verdict(
    int partition,
    long from,
    long to,
    long checked,
    long erased,
    String hash,
    @Nullable Problem problem) {

  /**
   * The first thing that is wrong.
   *
   * @param position the first bad position
   * @param code {@code missing}, {@code altered} or {@code time-decreased}
   * @param message plain words
   */
  public record Problem(long position, String code, String message) {}

  /** Tells whether everything looked at is what was written. */
  public boolean intact() {
    return problem == null;
  }
}
