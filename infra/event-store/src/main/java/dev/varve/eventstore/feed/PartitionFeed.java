package dev.varve.eventstore.feed;

import dev.varve.eventstore.StoredEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The most recent events of one partition, in memory, and the furthest position known to be
 * durable.
 *
 * <p>Holds one contiguous run of positions. What does not continue the run starts a new one;
 * readers that are behind it read the table. Nothing is published here before it is durable.
 */
public final class PartitionFeed {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();
  private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final @Nullable StoredEvent[] ring;
  private final int mask;
  private final boolean fromMemory;
  private long first = 1;
  private long last;
  private volatile long knownTail;

  /**
   * Makes an empty feed.
   *
   * @param events how many events are kept, a power of two
   * @param fromMemory false to only wake readers
   */
  public PartitionFeed(int events, boolean fromMemory) {
    if (Integer.bitCount(events) != 1) {
      throw new IllegalArgumentException("Expected a power of two, but was " + events);
    }
    this.ring = new StoredEvent[events];
    this.mask = events - 1;
    this.fromMemory = fromMemory;
  }

  /** Returns the furthest position known to be durable. */
  public long knownTail() {
    return knownTail;
  }

  /** Adds events that have just been committed, ascending and without holes. */
  public void publish(List<StoredEvent> committed) {
    if (committed.isEmpty()) {
      return;
    }
    long from = committed.getFirst().position().position();
    lock.lock();
    try {
      if (fromMemory && from > last) {
        if (from != last + 1) {
          first = from;
        }
        for (StoredEvent event : committed) {
          last = event.position().position();
          ring[(int) (last & mask)] = event;
        }
        first = Math.max(first, last - mask);
      }
      advance(committed.getLast().position().position());
    } finally {
      lock.unlock();
    }
    wake();
  }

  /** Learns that another writer has committed up to {@code position}. */
  public void seen(long position) {
    if (position <= knownTail) {
      return;
    }
    lock.lock();
    try {
      advance(position);
    } finally {
      lock.unlock();
    }
    wake();
  }

  /** Runs {@code listener} after every move of the tail. */
  public void listen(Runnable listener) {
    listeners.add(listener);
  }

  /** Stops running {@code listener}. */
  public void forget(Runnable listener) {
    listeners.remove(listener);
  }

  /**
   * Returns events after {@code after}; an empty list when {@code after} is the known tail; null
   * when they must be read from the table.
   */
  @Nullable List<StoredEvent> take(long after, int max) {
    if (after >= knownTail) {
      return List.of();
    }
    lock.lock();
    try {
      if (after + 1 < first || after + 1 > last) {
        return null;
      }
      int count = (int) Math.min(max, last - after);
      var events = new ArrayList<StoredEvent>(count);
      for (long p = after + 1; p <= after + count; p++) {
        StoredEvent event = ring[(int) (p & mask)];
        if (event == null) {
          return null;
        }
        events.add(event);
      }
      return events;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until the known tail is beyond {@code after}, at most {@code nanos}; returns what is left
   * of them.
   */
  long await(long after, long nanos) throws InterruptedException {
    long left = nanos;
    lock.lockInterruptibly();
    try {
      while (knownTail <= after && left > 0) {
        left = moved.awaitNanos(left);
      }
      return left;
    } finally {
      lock.unlock();
    }
  }

  private void advance(long position) {
    if (position > knownTail) {
      knownTail = position;
      moved.signalAll();
    }
  }

  private void wake() {
    for (Runnable listener : listeners) {
      listener.run();
    }
  }
}
