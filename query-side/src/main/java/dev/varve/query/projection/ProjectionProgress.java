package dev.varve.query.projection;

import dev.varve.api.log.LogPosition;
import dev.varve.api.log.LogToken;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Knows how far each projection has come: from memory for those that run in this process, from the
 * tokens in the database for those that run in another one.
 *
 * <p>Safe for use by many threads.
 */
public final class ProjectionProgress implements PositionWait {
  /** How long to trust memory alone before the token is read: another process may be the writer. */
  private static final Duration LOOK_EVERY = Duration.ofMillis(25);

  private final StoredPositions stored;
  private final Map<Place, LogPosition> committed = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition advanced = lock.newCondition();
  private int waiting;

  /**
   * Makes it.
   *
   * @param stored reads the tokens in the database
   */
  public ProjectionProgress(StoredPositions stored) {
    this.stored = stored;
  }

  /** Notes that {@code projection} shows everything up to {@code position}. */
  void committed(String projection, LogPosition position) {
    committed.put(new Place(projection, position.partition()), position);
    lock.lock();
    try {
      if (waiting > 0) {
        advanced.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Notes that {@code projection} starts again. */
  void forget(String projection) {
    committed.keySet().removeIf(place -> place.projection().equals(projection));
  }

  @Override
  public boolean await(String projection, LogToken token, Duration atMost)
      throws InterruptedException {
    long until = System.nanoTime() + atMost.toNanos();
    while (!coveredInMemory(projection, token)) {
      long left = until - System.nanoTime();
      if (left <= 0) {
        return coveredInDatabase(projection, token);
      }
      if (!awaitSignal(projection, token, Math.min(left, LOOK_EVERY.toNanos()))
          && coveredInDatabase(projection, token)) {
        return true;
      }
    }
    return true;
  }

  /** Tells whether the position was reached before the time was up. */
  private boolean awaitSignal(String projection, LogToken token, long nanos)
      throws InterruptedException {
    long left = nanos;
    lock.lock();
    waiting++;
    try {
      while (left > 0) {
        if (coveredInMemory(projection, token)) {
          return true;
        }
        left = advanced.awaitNanos(left);
      }
      return coveredInMemory(projection, token);
    } finally {
      waiting--;
      lock.unlock();
    }
  }

  private boolean coveredInMemory(String projection, LogToken token) {
    for (LogPosition each : token.positions()) {
      LogPosition shown = committed.get(new Place(projection, each.partition()));
      if (each.position() > 0 && (shown == null || shown.position() < each.position())) {
        return false;
      }
    }
    return true;
  }

  private boolean coveredInDatabase(String projection, LogToken token) {
    for (LogPosition each : token.positions()) {
      if (stored.position(projection, each.partition()) < each.position()) {
        return false;
      }
    }
    return true;
  }

  /** One projection in one partition. */
  private record Place(String projection, int partition) {}

  /** Reads how far a projection has come from the database. */
  @FunctionalInterface
  public interface StoredPositions {
    /** Returns the last position that {@code projection} shows of {@code partition}; 0 for none. */
    long position(String projection, int partition);
  }
}
