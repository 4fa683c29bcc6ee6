package dev.varve.eventstore.feed;

import dev.varve.eventstore.FeedReader;
import dev.varve.eventstore.StoredEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A reader of one partition: from memory where it can, from the table where it must. */
public final class FeedCursor implements FeedReader {
  /** Reads the table. */
  @FunctionalInterface
  public interface Table {
    /** Returns events after a position, ascending, without holes. */
    List<StoredEvent> read(long afterPosition, int max);
  }

  /** After the table had less than was announced, it is asked again no sooner than this. */
  private static final long EMPTY_WAIT_NANOS = 20_000_000;

  private final PartitionFeed feed;
  private final Table table;
  private final List<Runnable> callbacks = new ArrayList<>();
  private long position;

  /** Makes a reader whose first event is the one after {@code afterPosition}. */
  public FeedCursor(PartitionFeed feed, Table table, long afterPosition) {
    this.feed = feed;
    this.table = table;
    this.position = afterPosition;
  }

  @Override
  public List<StoredEvent> next(int max, Duration wait) throws InterruptedException {
    long left = wait.toNanos();
    while (true) {
      List<StoredEvent> events = feed.take(position, max);
      boolean fromTable = events == null;
      if (events == null) {
        events = table.read(position, max);
      }
      if (!events.isEmpty()) {
        return advance(events);
      }
      if (left <= 0) {
        return List.of();
      }
      if (fromTable) {
        long pause = Math.min(left, EMPTY_WAIT_NANOS);
        left -= pause - Math.max(0, feed.await(feed.knownTail(), pause));
      } else {
        left = feed.await(position, left);
      }
    }
  }

  private List<StoredEvent> advance(List<StoredEvent> events) {
    long expected = position + 1;
    for (StoredEvent event : events) {
      if (event.position().position() != expected) {
        throw new IllegalStateException(
            "Expected position " + expected + ", but was " + event.position() + "; run verify");
      }
      expected++;
    }
    position = expected - 1;
    return events;
  }

  @Override
  public void onAvailable(Runnable callback) {
    callbacks.add(callback);
    feed.listen(callback);
  }

  @Override
  public void close() {
    callbacks.forEach(feed::forget);
    callbacks.clear();
  }
}
