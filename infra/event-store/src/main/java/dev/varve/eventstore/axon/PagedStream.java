package dev.varve.eventstore.axon;

import dev.varve.eventstore.EventLog;
import dev.varve.eventstore.StoredEvent;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.UUID;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventsourcing.eventstore.DomainEventStream;
import org.jspecify.annotations.Nullable;

/**
 * A stream of the log, read page by page as it is consumed; a page that is not full is the last
 * one.
 */
final class PagedStream implements DomainEventStream {
  private final EventLog log;
  private final UUID streamId;
  private final int pageEvents;
  private long next;
  private List<StoredEvent> page = List.of();
  private int at;
  private boolean atEnd;
  private @Nullable Long last;

  PagedStream(EventLog log, UUID streamId, long fromSequence, int pageEvents) {
    this.log = log;
    this.streamId = streamId;
    this.next = fromSequence;
    this.pageEvents = pageEvents;
  }

  private boolean fill() {
    if (at < page.size()) {
      return true;
    }
    if (atEnd) {
      return false;
    }
    page = log.readStream(streamId, next, pageEvents);
    at = 0;
    atEnd = page.size() < pageEvents;
    if (!page.isEmpty()) {
      next = page.getLast().sequence() + 1;
    }
    return !page.isEmpty();
  }

  @Override
  public DomainEventMessage<?> peek() {
    if (!fill()) {
      throw new NoSuchElementException("Stream " + streamId + " has no more events");
    }
    return new StoredEventMessage(page.get(at));
  }

  @Override
  public boolean hasNext() {
    return fill();
  }

  @Override
  public DomainEventMessage<?> next() {
    DomainEventMessage<?> message = peek();
    at++;
    last = message.getSequenceNumber();
    return message;
  }

  @Override
  public @Nullable Long getLastSequenceNumber() {
    return last;
  }
}
