package dev.varve.eventstore.axon;

import java.security.SecureRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.axonframework.common.IdentifierFactory;

/**
 * Makes the identifiers of Axon's messages, found by its service loader: UUIDs of version 7 (RFC
 * 9562), which become the event ids. Axon's own are random UUIDs from {@link SecureRandom}, which
 * sort badly and cost a lock each.
 *
 * <p>The random part is a scrambled counter behind a random start of this process: never the same
 * twice within the process, and as unlikely to meet another process's as random bits are.
 */
public final class TimeOrderedIdentifiers extends IdentifierFactory {
  private static final long GOLDEN = 0x9e37_79b9_7f4a_7c15L;

  private final long start = new SecureRandom().nextLong();
  private final AtomicLong counter = new AtomicLong();

  @Override
  public String generateIdentifier() {
    long number = counter.getAndIncrement();
    long random = mix(start + GOLDEN * number);
    long high = (System.currentTimeMillis() << 16) | 0x7000L | ((start ^ number) & 0xfffL);
    long low = (random & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low).toString();
  }

  /**
   * The finaliser of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number
   * generators).
   */
  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xbf58_476d_1ce4_e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d0_49bb_1331_11ebL;
    return z ^ (z >>> 31);
  }
}
