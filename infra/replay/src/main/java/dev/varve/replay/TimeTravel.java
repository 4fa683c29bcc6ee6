package dev.varve.replay;

import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.TenantId;
import dev.varve.api.execution.ExecutionView;
import dev.varve.eventstore.EventLog;
import dev.varve.eventstore.EventTypes;
import dev.varve.eventstore.StoredEvent;
import dev.varve.query.execution.ExecutionQueries;
import dev.varve.query.execution.PastView;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Shows executions as they were: reads events from the log, page by page, and folds them. Sends and
 * writes nothing.
 */
public final class TimeTravel {
  private static final int PAGE_EVENTS = 500;

  private final EventLog log;
  private final ExecutionQueries executions;

  /**
   * Makes it.
   *
   * @param log where events are
   * @param executions knows the nodes of definitions
   */
  public TimeTravel(EventLog log, ExecutionQueries executions) {
    this.log = log;
    this.executions = executions;
  }

  /**
   * What was found.
   *
   * @param sequence of the last event that the view shows
   * @param recordedAt when that event was recorded
   * @param view the execution after it
   */
  public record State(long sequence, Instant recordedAt, ExecutionView view) {}

  /**
   * Returns an execution at a moment.
   *
   * @return null when the tenant has no execution of that id, or it had not begun at that instant
   * @throws NoSuchMoment when the history has no event of that sequence
   */
  public @Nullable State at(TenantId tenant, ExecutionId executionId, Moment moment) {
    var past = new PastView();
    long next = 0;
    boolean more = true;
    while (more) {
      List<StoredEvent> page = log.readStream(executionId.value(), next, PAGE_EVENTS);
      if (next == 0 && !belongsTo(tenant, page)) {
        return null;
      }
      next += page.size();
      more = addThrough(past, page, moment) && page.size() == PAGE_EVENTS;
    }
    return found(tenant, past, moment);
  }

  private @Nullable State found(TenantId tenant, PastView past, Moment moment) {
    var last = past.last();
    if (last == null) {
      return null;
    }
    if (moment instanceof Moment.After after && last.sequence() < after.sequence()) {
      throw new NoSuchMoment(last.sequence());
    }
    return new State(last.sequence(), last.recordedAt(), executions.past(tenant, past));
  }

  /** Adds the events up to the moment; false when an event lies behind it. */
  private static boolean addThrough(PastView past, List<StoredEvent> page, Moment moment) {
    for (StoredEvent event : page) {
      boolean behind =
          switch (moment) {
            case Moment.Latest _ -> false;
            case Moment.After after -> event.sequence() > after.sequence();
            case Moment.At at -> event.recordedAt().isAfter(at.instant());
          };
      if (behind) {
        return false;
      }
      past.add(event);
    }
    return true;
  }

  private static boolean belongsTo(TenantId tenant, List<StoredEvent> page) {
    return !page.isEmpty()
        && page.getFirst().tenant().equals(tenant)
        && Objects.equals(page.getFirst().streamType(), EventTypes.EXECUTION);
  }

  /** The history has no event of the sequence that was asked for. */
  public static final class NoSuchMoment extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final long last;

    NoSuchMoment(long last) {
      super("Expected the sequence of an event, 0 to " + last);
      this.last = last;
    }

    /** Returns the sequence of the last event. */
    public long last() {
      return last;
    }
  }
}
