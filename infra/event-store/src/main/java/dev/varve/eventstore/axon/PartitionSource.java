package dev.varve.eventstore.axon;

import dev.varve.eventstore.EventLog;
import dev.varve.eventstore.StoredEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import org.axonframework.common.stream.BlockingStream;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventhandling.WrappedToken;
import org.axonframework.messaging.StreamableMessageSource;
import org.jspecify.annotations.Nullable;

/**
 * One partition of the log as a source for Axon's streaming processors, in {@linkplain EventPage
 * pages}. Tokens are {@link GlobalSequenceTrackingToken}s over the partition's positions: dense and
 * in visibility order, so no gaps.
 *
 * <p>The stream tells when events have become available (a pooled processor would otherwise sleep
 * up to 500 ms), but not more often than once per linger: the first event after a quiet time is
 * seen at once, under load events gather into large pages, since every page costs its reader a
 * transaction.
 */
public final class PartitionSource implements StreamableMessageSource<TrackedEventMessage<?>> {
  private final EventLog log;
  private final int partition;
  private final int pageEvents;
  private final Duration linger;
  private final ScheduledExecutorService timer;

  /**
   * Makes a source.
   *
   * @param log the log
   * @param partition which partition of it
   * @param pageEvents most events in a page
   * @param linger shortest time between two pages that are not full; zero for none
   * @param timer runs the delayed notices; stays the caller's to close
   */
  public PartitionSource(
      EventLog log,
      int partition,
      int pageEvents,
      Duration linger,
      ScheduledExecutorService timer) {
    this.log = log;
    this.partition = partition;
    this.pageEvents = pageEvents;
    this.linger = linger;
    this.timer = timer;
  }

  /** Opens a stream of pages after {@code token}; null starts before the first event. */
  @Override
  public BlockingStream<TrackedEventMessage<?>> openStream(@Nullable TrackingToken token) {
    return new PageStream(
        log.openFeed(partition, positionOf(token)), pageEvents, linger.toNanos(), timer);
  }

  @Override
  public TrackingToken createTailToken() {
    return new GlobalSequenceTrackingToken(0);
  }

  @Override
  public TrackingToken createHeadToken() {
    return new GlobalSequenceTrackingToken(log.tail(partition).position());
  }

  /**
   * Returns the token just before the first event recorded at or after {@code instant}; looks at
   * about 2 log n rows.
   */
  @Override
  public TrackingToken createTokenAt(Instant instant) {
    long low = 0;
    long high = log.tail(partition).position();
    while (low < high) {
      long middle = low + (high - low) / 2;
      List<StoredEvent> next = log.readPartition(partition, middle, 1);
      if (!next.isEmpty() && next.getFirst().recordedAt().isBefore(instant)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return new GlobalSequenceTrackingToken(low);
  }

  private static long positionOf(@Nullable TrackingToken token) {
    if (token == null) {
      return 0;
    }
    TrackingToken lower = WrappedToken.unwrapLowerBound(token);
    return lower == null ? 0 : lower.position().orElse(0);
  }
}
