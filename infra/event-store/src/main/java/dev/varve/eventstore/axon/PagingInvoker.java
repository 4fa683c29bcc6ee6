package dev.varve.eventstore.axon;

import dev.varve.eventstore.StoredEvent;
import org.axonframework.eventhandling.EventHandlerInvoker;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.ReplayToken;
import org.axonframework.eventhandling.Segment;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.jspecify.annotations.Nullable;

/**
 * Unfolds each page into its events for the real invoker, all in the unit of work of the page. Each
 * event is marked as a replay or not by its own position; a page that ends a replay holds both
 * kinds.
 */
final class PagingInvoker implements EventHandlerInvoker {
  private final String projection;
  private final EventHandlerInvoker delegate;
  private final BatchObserver observer;
  private volatile @Nullable TrackingToken replayedUpTo;

  PagingInvoker(String projection, EventHandlerInvoker delegate, BatchObserver observer) {
    this.projection = projection;
    this.delegate = delegate;
    this.observer = observer;
  }

  @Override
  public boolean canHandle(EventMessage<?> message, Segment segment) {
    return true;
  }

  @Override
  public boolean canHandleType(Class<?> payloadType) {
    return true;
  }

  @Override
  public void handle(EventMessage<?> message, Segment segment) throws Exception {
    if (!(message.getPayload() instanceof EventPage page)) {
      throw new IllegalArgumentException(
          "Expected a page of events, but found " + message.getPayloadType().getName());
    }
    if (message instanceof TrackedEventMessage<?> tracked
        && tracked.trackingToken() instanceof ReplayToken replay) {
      replayedUpTo = replay.getTokenAtReset();
    }
    observe(page.events().size());
    TrackingToken until = replayedUpTo;
    for (StoredEvent event : page.events()) {
      var each = new StoredEventMessage(event);
      if (until != null) {
        each = each.withTrackingToken(ReplayToken.createReplayToken(until, each.trackingToken()));
      }
      if (delegate.canHandle(each, segment)) {
        delegate.handle(each, segment);
      }
    }
    if (until != null && page.last() >= until.position().orElse(0)) {
      replayedUpTo = null;
    }
  }

  private void observe(int events) {
    long begun = System.nanoTime();
    CurrentUnitOfWork.get()
        .root()
        .afterCommit(_ -> observer.committed(projection, events, System.nanoTime() - begun));
  }

  @Override
  public boolean supportsReset() {
    return delegate.supportsReset();
  }

  @Override
  public void performReset() {
    delegate.performReset();
  }

  @Override
  public <R> void performReset(@Nullable R resetContext) {
    delegate.performReset(resetContext);
  }

  @Override
  public void segmentReleased(Segment segment) {
    delegate.segmentReleased(segment);
  }
}
