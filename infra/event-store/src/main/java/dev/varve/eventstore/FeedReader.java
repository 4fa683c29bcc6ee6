package dev.varve.eventstore;

import java.time.Duration;
import java.util.List;

/** Reads one partition in order, without gaps and repeats. Used by one thread at a time. */
public interface FeedReader extends AutoCloseable {
  /**
   * Returns the next events, at most {@code max}, waiting up to {@code wait} for the first; empty
   * when none came.
   */
  List<StoredEvent> next(int max, Duration wait) throws InterruptedException;

  /** Runs {@code callback} (quickly, on any thread) whenever events have become available. */
  void onAvailable(Runnable callback);

  @Override
  void close();
}
