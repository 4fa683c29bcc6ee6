package dev.varve.workqueue;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers for a short time what was sent, since a row stays until the projection has seen the
 * answer. Bounded: the oldest are forgotten first, and a repeat is only refused.
 */
final class RecentlySent<K> {
  private final long nanos;
  private final Map<K, Long> sent;

  RecentlySent(Duration time, int max) {
    this.nanos = time.toNanos();
    this.sent =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<K, Long> eldest) {
            return size() > max;
          }
        };
  }

  /** Marks {@code key} as sent; false when it was marked a short time ago. */
  synchronized boolean mark(K key) {
    long now = System.nanoTime();
    Long before = sent.get(key);
    if (before != null && now - before < nanos) {
      return false;
    }
    sent.remove(key);
    sent.put(key, now);
    return true;
  }

  /** Tells whether {@code key} was marked a short time ago. */
  synchronized boolean sentLately(K key) {
    Long before = sent.get(key);
    return before != null && System.nanoTime() - before < nanos;
  }

  synchronized void forget(K key) {
    sent.remove(key);
  }
}
