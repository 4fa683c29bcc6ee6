package dev.varve.api.log;

import java.nio.ByteBuffer;
import java.util.Base64;

/**
 * One place in the event log: a partition, a position in it, and the first four bytes of the chain
 * hash there.
 *
 * <p>Within a partition positions are dense, start at 1 and are ordered by visibility. Outside the
 * event store a position is an opaque string ({@link #toToken()}): no client parses, compares or
 * adds it.
 *
 * @param partition the log, 0 to 4,095
 * @param position the position in that log; 0 is the place before the first event
 * @param hashPrefix the first four bytes of the chain hash at the position, big endian; 0 at
 *     position 0
 */
public record LogPosition(int partition, long position, int hashPrefix) {
  private static final byte TOKEN_VERSION = 1;
  private static final int TOKEN_BYTES = 15;

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException when partition or position is negative
   */
  public LogPosition {
    if (partition < 0 || partition > 4_095 || position < 0) {
      throw new IllegalArgumentException(
          "Expected partition 0..4095 and position >= 0, but was " + partition + "/" + position);
    }
  }

  /** Returns the place before the first event of {@code partition}. */
  public static LogPosition start(int partition) {
    return new LogPosition(partition, 0, 0);
  }

  /** Returns the opaque text form, 20 characters, safe in URLs. */
  public String toToken() {
    var bytes =
        ByteBuffer.allocate(TOKEN_BYTES)
            .put(TOKEN_VERSION)
            .putShort((short) partition)
            .putLong(position)
            .putInt(hashPrefix);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  /**
   * Reads the opaque text form.
   *
   * @throws IllegalArgumentException when {@code token} was not made by {@link #toToken()}
   */
  public static LogPosition parse(String token) {
    var bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(token));
    if (bytes.remaining() != TOKEN_BYTES || bytes.get() != TOKEN_VERSION) {
      throw new IllegalArgumentException("Expected a position token of version 1");
    }
    return new LogPosition(bytes.getShort() & 0xffff, bytes.getLong(), bytes.getInt());
  }
}
