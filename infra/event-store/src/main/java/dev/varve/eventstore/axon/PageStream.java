package dev.varve.eventstore.axon;

import dev.varve.eventstore.FeedReader;
import dev.varve.eventstore.StoredEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.axonframework.common.stream.BlockingStream;
import org.axonframework.eventhandling.GenericTrackedEventMessage;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.messaging.GenericMessage;
import org.jspecify.annotations.Nullable;

/** The stream of pages of one processor: read by its coordinator, woken by the feed. */
final class PageStream implements BlockingStream<TrackedEventMessage<?>> {
  private final FeedReader feed;
  private final int pageEvents;
  private final long lingerNanos;
  private final ScheduledExecutorService timer;
  private final AtomicBoolean wakeUpPlanned = new AtomicBoolean();
  private volatile @Nullable Runnable callback;
  private volatile long notBefore = System.nanoTime();
  private volatile boolean closed;
  private @Nullable TrackedEventMessage<?> head;

  PageStream(FeedReader feed, int pageEvents, long lingerNanos, ScheduledExecutorService timer) {
    this.feed = feed;
    this.pageEvents = pageEvents;
    this.lingerNanos = lingerNanos;
    this.timer = timer;
    feed.onAvailable(this::announce);
  }

  @Override
  public Optional<TrackedEventMessage<?>> peek() {
    return hasNextAvailable() ? Optional.ofNullable(head) : Optional.empty();
  }

  @Override
  public boolean hasNextAvailable() {
    try {
      return hasNextAvailable(0, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public boolean hasNextAvailable(int timeout, TimeUnit unit) throws InterruptedException {
    if (head != null) {
      return true;
    }
    long waitNanos = unit.toNanos(timeout);
    if (waitNanos == 0 && System.nanoTime() - notBefore < 0) {
      announce();
      return false;
    }
    List<StoredEvent> events = feed.next(pageEvents, Duration.ofNanos(waitNanos));
    if (events.isEmpty()) {
      return false;
    }
    notBefore = System.nanoTime() + (events.size() < pageEvents ? lingerNanos : 0);
    var page = new EventPage(events);
    StoredEvent first = events.getFirst();
    head =
        new GenericTrackedEventMessage<>(
            new GlobalSequenceTrackingToken(page.last()),
            new GenericMessage<>(first.eventId().toString(), page, Map.of()),
            first::recordedAt);
    return true;
  }

  @Override
  public TrackedEventMessage<?> nextAvailable() throws InterruptedException {
    while (!hasNextAvailable(1, TimeUnit.SECONDS)) {
      if (closed) {
        throw new InterruptedException("Stream was closed");
      }
    }
    TrackedEventMessage<?> next = head;
    head = null;
    if (next == null) {
      throw new IllegalStateException("Expected a page, but none is there");
    }
    return next;
  }

  @Override
  public boolean setOnAvailableCallback(Runnable onAvailable) {
    this.callback = onAvailable;
    announce();
    return true;
  }

  /** Runs the callback now, or when the linger is over; at most one run is planned at a time. */
  private void announce() {
    Runnable target = callback;
    if (target == null || closed) {
      return;
    }
    long delay = notBefore - System.nanoTime();
    if (delay <= 0) {
      target.run();
    } else if (wakeUpPlanned.compareAndSet(false, true)) {
      try {
        var _ = timer.schedule(this::wakeUp, delay, TimeUnit.NANOSECONDS);
      } catch (RejectedExecutionException e) {
        // the program is closing; whoever reads this stream is being stopped too
        closed = true;
      }
    }
  }

  private void wakeUp() {
    wakeUpPlanned.set(false);
    Runnable target = callback;
    if (target != null && !closed) {
      target.run();
    }
  }

  @Override
  public void close() {
    closed = true;
    feed.close();
  }
}
