package dev.varve.benchmarks;

import java.util.Arrays;

/** Collects durations of one run; not thread safe beyond adding. */
final class Percentiles {
  private long[] nanos = new long[1 << 16];
  private int count;

  synchronized void add(long durationNanos) {
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * count);
    }
    nanos[count++] = durationNanos;
  }

  /** Returns the duration in ms below which {@code share} of all lie; 0 when there are none. */
  synchronized double millis(double share) {
    if (count == 0) {
      return 0;
    }
    long[] sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    return sorted[(int) Math.min(count - 1L, Math.round(share * count))] / 1e6;
  }

  synchronized int count() {
    return count;
  }
}
