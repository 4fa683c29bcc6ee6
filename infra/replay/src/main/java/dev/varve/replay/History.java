package dev.varve.replay;

import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.TenantId;
import dev.varve.eventstore.EventLog;
import dev.varve.eventstore.EventTypes;
import dev.varve.eventstore.StoredEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The events of one execution, page by page, straight from the log. */
public final class History {
  private final EventLog log;

  /** Reads {@code log}. */
  public History(EventLog log) {
    this.log = log;
  }

  /**
   * Returns a page; null when the tenant has no execution of that id.
   *
   * @param after sequence of the last event of the page before; null for the first page
   * @param limit most events, at least 1
   * @param reverse newest first
   */
  public @Nullable Slice page(
      TenantId tenant, ExecutionId executionId, @Nullable Long after, int limit, boolean reverse) {
    UUID stream = executionId.value();
    if (!belongsTo(tenant, log.readStream(stream, 0, 1))) {
      return null;
    }
    return reverse ? backward(stream, after, limit) : forward(stream, after, limit);
  }

  /** Returns the newest event of a stream, whoever it belongs to; null when there is none. */
  @Nullable StoredEvent last(UUID stream) {
    if (log.readStream(stream, 0, 1).isEmpty()) {
      return null;
    }
    return log.readStream(stream, length(stream) - 1, 1).getLast();
  }

  private static boolean belongsTo(TenantId tenant, List<StoredEvent> first) {
    return !first.isEmpty()
        && first.getFirst().tenant().equals(tenant)
        && first.getFirst().streamType().equals(EventTypes.EXECUTION);
  }

  private Slice forward(UUID stream, @Nullable Long after, int limit) {
    long from = after == null ? 0 : after + 1;
    List<StoredEvent> events = log.readStream(stream, from, limit + 1);
    boolean more = events.size() > limit;
    return new Slice(more ? events.subList(0, limit) : events, more);
  }

  private Slice backward(UUID stream, @Nullable Long after, int limit) {
    long end = after == null ? length(stream) : after;
    long from = Math.max(0, end - limit);
    int count = (int) Math.max(0, end - from);
    if (count == 0) {
      return new Slice(List.of(), false);
    }
    var events = new ArrayList<>(log.readStream(stream, from, count));
    Collections.reverse(events);
    return new Slice(events, from > 0 && !events.isEmpty());
  }

  /** Finds the number of events by doubling and halving: a few reads of one row each. */
  private long length(UUID stream) {
    long low = 0; // there is an event of this sequence
    long high = 1;
    while (!log.readStream(stream, high, 1).isEmpty()) {
      low = high;
      high *= 2;
    }
    while (high - low > 1) {
      long middle = low + (high - low) / 2;
      if (log.readStream(stream, middle, 1).isEmpty()) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return high;
  }

  /**
   * Consecutive events.
   *
   * @param events in the order asked for, may be empty
   * @param more whether others follow
   */
  public record Slice(List<StoredEvent> events, boolean more) {
    /** Copies the list. */
    public Slice {
      events = List.copyOf(events);
    }
  }
}
