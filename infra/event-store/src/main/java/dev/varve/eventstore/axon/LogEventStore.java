package dev.varve.eventstore.axon;

import dev.varve.api.log.CommandCommit;
import dev.varve.eventstore.EventLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.axonframework.common.Registration;
import org.axonframework.common.stream.BlockingStream;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventsourcing.eventstore.DomainEventStream;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.messaging.MessageDispatchInterceptor;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.jspecify.annotations.Nullable;

/**
 * Axon's event store over the {@link EventLog}. Published events are kept with the root unit of
 * work; {@link CommitInterceptor} appends them all at once in its COMMIT phase. Nothing is
 * serialised here, and there are no subscribing processors: whoever wants events follows the log.
 *
 * <p>It stands on the interface instead of on Axon's abstract bus, which spends several
 * microseconds per event on spans, monitors and copies that nobody reads here.
 */
public final class LogEventStore implements EventStore {
  static final String EVENTS = "dev.varve.events";

  private final EventLog log;
  private final SnapshotSource snapshots;
  private final int pageEvents;

  /**
   * Makes an event store.
   *
   * @param log where events are read; appending is the interceptor's
   * @param snapshots asked before a whole stream is read
   * @param pageEvents how many events of a stream are read at a time
   */
  public LogEventStore(EventLog log, SnapshotSource snapshots, int pageEvents) {
    this.log = log;
    this.snapshots = snapshots;
    this.pageEvents = pageEvents;
  }

  @Override
  public void publish(EventMessage<?>... events) {
    List<DomainEventMessage<?>> pending = pending();
    for (EventMessage<?> each : events) {
      pending.add(domain(each));
    }
  }

  @Override
  public void publish(List<? extends EventMessage<?>> events) {
    List<DomainEventMessage<?>> pending = pending();
    for (EventMessage<?> each : events) {
      pending.add(domain(each));
    }
  }

  private static List<DomainEventMessage<?>> pending() {
    UnitOfWork<?> root = CurrentUnitOfWork.get().root();
    if (root.phase().isAfter(UnitOfWork.Phase.PREPARE_COMMIT)) {
      throw new IllegalStateException(
          "Events were published after the unit of work's commit began");
    }
    return root.getOrComputeResource(EVENTS, key -> new ArrayList<>());
  }

  private static DomainEventMessage<?> domain(EventMessage<?> event) {
    if (event instanceof DomainEventMessage<?> domain) {
      return domain;
    }
    throw new IllegalArgumentException(
        "Expected an aggregate's event, but found " + event.getPayloadType().getName());
  }

  /** Returns the events published in {@code root} so far, empty when none. */
  static List<DomainEventMessage<?>> pendingOf(UnitOfWork<?> root) {
    return root.getOrDefaultResource(EVENTS, List.of());
  }

  /** Returns the commits asked for in {@code root} so far, empty when none. */
  static List<CommandCommit> commitsOf(UnitOfWork<?> root) {
    return root.getOrDefaultResource(CommandCommit.RESOURCE, List.of());
  }

  /** Reads a snapshot, if there is a usable one, and the events after it. */
  @Override
  public DomainEventStream readEvents(String aggregateIdentifier) {
    UUID streamId = UUID.fromString(aggregateIdentifier);
    SnapshotSource.@Nullable Snapshot found = snapshots.find(streamId);
    if (found == null) {
      return new PagedStream(log, streamId, 0, pageEvents);
    }
    var message =
        new GenericDomainEventMessage<>(
            found.streamType(), aggregateIdentifier, found.sequence(), found.payload());
    return DomainEventStream.concat(
        DomainEventStream.of(message),
        new PagedStream(log, streamId, found.sequence() + 1, pageEvents));
  }

  @Override
  public DomainEventStream readEvents(String aggregateIdentifier, long firstSequenceNumber) {
    return new PagedStream(
        log, UUID.fromString(aggregateIdentifier), firstSequenceNumber, pageEvents);
  }

  /**
   * Not used: snapshots hold plain states and are taken by policy after commit, not by Axon's
   * snapshotter.
   */
  @Override
  public void storeSnapshot(DomainEventMessage<?> snapshot) {
    throw new UnsupportedOperationException("Snapshots are stored by the snapshot policy");
  }

  @Override
  public Optional<Long> lastSequenceNumberFor(String aggregateIdentifier) {
    DomainEventStream stream = readEvents(aggregateIdentifier);
    while (stream.hasNext()) {
      stream.next();
    }
    return Optional.ofNullable(stream.getLastSequenceNumber());
  }

  /** Not used: a processor follows one partition through its {@link PartitionSource}. */
  @Override
  public BlockingStream<TrackedEventMessage<?>> openStream(@Nullable TrackingToken trackingToken) {
    throw new UnsupportedOperationException("Open a PartitionSource of one partition instead");
  }

  /** Not used: a subscriber would see events before they are durable. */
  @Override
  public Registration subscribe(Consumer<List<? extends EventMessage<?>>> messageProcessor) {
    throw new UnsupportedOperationException("Follow the log instead of subscribing to the bus");
  }

  /** Not used: the log takes metadata from the command, not from event messages. */
  @Override
  public Registration registerDispatchInterceptor(
      MessageDispatchInterceptor<? super EventMessage<?>> dispatchInterceptor) {
    throw new UnsupportedOperationException("Event messages are not intercepted");
  }
}
