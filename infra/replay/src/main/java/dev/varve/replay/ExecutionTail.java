package dev.varve.replay;

import dev.varve.api.execution.ExecutionEvent.ExecutionCancelled;
import dev.varve.api.execution.ExecutionEvent.ExecutionCompleted;
import dev.varve.api.execution.ExecutionEvent.ExecutionFailed;
import dev.varve.api.execution.ExecutionEvent.ExecutionTimedOut;
import dev.varve.api.log.StreamIds;
import dev.varve.eventstore.EventLog;
import dev.varve.eventstore.FeedReader;
import dev.varve.eventstore.StoredEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The events of one execution in order, first from the table and then from the feed, each once and
 * none left out. Used by one thread.
 */
public final class ExecutionTail implements AutoCloseable {
  /** Most events of this execution held at once. */
  private static final int PAGE = 32;

  private static final int FEED_PAGE = 1_000;

  private final EventLog log;
  private final UUID stream;
  private final FeedReader feed;
  private long sequence;
  private boolean caughtUp;

  /**
   * Begins after {@code sequence}.
   *
   * @param stream the execution's
   * @param sequence of the last event that is known already; -1 for none
   */
  public ExecutionTail(EventLog log, UUID stream, long sequence) {
    this.log = log;
    this.stream = stream;
    this.sequence = sequence;
    int partition = StreamIds.partitionOf(stream);
    // opened before the table is read: what is committed meanwhile is in one of the two
    this.feed = log.openFeed(partition, log.tail(partition).position());
  }

  /**
   * Returns the next events; may be empty before {@code wait} is over, since others' events pass.
   *
   * @throws InterruptedException when the thread is interrupted
   */
  public List<StoredEvent> next(Duration wait) throws InterruptedException {
    if (!caughtUp) {
      List<StoredEvent> page = log.readStream(stream, sequence + 1, PAGE);
      caughtUp = page.size() < PAGE;
      if (!page.isEmpty()) {
        sequence = page.getLast().sequence();
        return page;
      }
    }
    var mine = new ArrayList<StoredEvent>();
    for (StoredEvent event : feed.next(FEED_PAGE, wait)) {
      if (event.streamId().equals(stream) && event.sequence() == sequence + 1) {
        mine.add(event);
        sequence++;
      }
    }
    return mine;
  }

  /** Tells whether {@code event} ends the execution; only a retry can follow it. */
  public static boolean isEnd(StoredEvent event) {
    return switch (event.payload()) {
      case ExecutionCompleted _, ExecutionFailed _, ExecutionCancelled _, ExecutionTimedOut _ ->
          true;
      default -> false;
    };
  }

  @Override
  public void close() {
    feed.close();
  }
}
