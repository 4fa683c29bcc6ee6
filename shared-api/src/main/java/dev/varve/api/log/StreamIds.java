package dev.varve.api.log;

import java.util.UUID;

/**
 * Stream ids: UUIDs of version 7 (RFC 9562) whose 12 {@code rand_a} bits are the partition the
 * stream was born in.
 */
public final class StreamIds {
  private StreamIds() {}

  /**
   * Makes a stream id.
   *
   * @param unixMillis time of birth in milliseconds since 1970
   * @param partition 0 to 4,095
   * @param random only its lower 62 bits are used
   */
  public static UUID of(long unixMillis, int partition, long random) {
    long high = (unixMillis << 16) | 0x7000L | (partition & 0xfffL);
    long low = (random & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low);
  }

  /** Returns the partition that {@code streamId} was born in, 0 to 4,095. */
  public static int partitionOf(UUID streamId) {
    return (int) (streamId.getMostSignificantBits() & 0xfffL);
  }
}
