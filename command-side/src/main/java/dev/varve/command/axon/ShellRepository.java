package dev.varve.command.axon;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.varve.api.common.TenantId;
import java.time.Duration;
import org.axonframework.common.lock.NullLockFactory;
import org.axonframework.eventsourcing.AggregateCacheEntry;
import org.axonframework.eventsourcing.CachingEventSourcingRepository;
import org.axonframework.eventsourcing.EventSourcedAggregate;
import org.axonframework.eventsourcing.EventSourcingRepository;
import org.axonframework.eventsourcing.NoSnapshotTriggerDefinition;
import org.axonframework.eventsourcing.eventstore.DomainEventStream;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.jspecify.annotations.Nullable;

/**
 * Loads shells from the cache or the log. It differs from Axon's in three ways. After a failed
 * commit the state from before is kept and catches up with what was appended since, instead of
 * being folded again from the start. A stream without events is an empty shell, whose decider
 * refuses the command in its own words, instead of an exception; it is not cached. And nothing is
 * locked: the mailbox sends one batch of a stream at a time, and what another node does only the
 * log can refuse.
 *
 * @param <T> the shells
 * @param <S> their state
 */
final class ShellRepository<T extends Shell<S>, S> extends CachingEventSourcingRepository<T> {
  private static final int BASES_MAX = 1_000;
  private static final Duration BASES_KEPT = Duration.ofMinutes(1);

  private final EventStore events;
  private final Shells<T, S> shells;
  private final BoundedCache cache;
  private final Cache<String, Base<S>> bases =
      Caffeine.newBuilder().maximumSize(BASES_MAX).expireAfterWrite(BASES_KEPT).build();

  private record Base<S>(@Nullable TenantId tenant, S state, long sequence) {}

  private ShellRepository(
      Builder<T> builder, EventStore events, Shells<T, S> shells, BoundedCache cache) {
    super(builder);
    this.events = events;
    this.shells = shells;
    this.cache = cache;
  }

  static <T extends Shell<S>, S> ShellRepository<T, S> of(
      EventStore events, Shells<T, S> shells, BoundedCache cache) {
    Builder<T> builder =
        EventSourcingRepository.builder(shells.getAggregateType())
            .eventStore(events)
            .aggregateFactory(shells)
            .lockFactory(NullLockFactory.INSTANCE)
            .snapshotTriggerDefinition(NoSnapshotTriggerDefinition.INSTANCE)
            .cache(cache);
    return new ShellRepository<>(builder, events, shells, cache);
  }

  @Override
  protected EventSourcedAggregate<T> doLoadWithLock(String id, @Nullable Long expectedVersion) {
    EventSourcedAggregate<T> aggregate = find(id);
    Long version = aggregate.version();
    if (version != null) {
      T shell = aggregate.getAggregateRoot();
      var base = new Base<>(shell.tenant(), shell.state(), version);
      CurrentUnitOfWork.get().onRollback(unit -> bases.put(id, base));
    }
    return aggregate;
  }

  private EventSourcedAggregate<T> find(String id) {
    AggregateCacheEntry<T> cached = cache.get(id);
    if (cached != null) {
      return cached.recreateAggregate(
          aggregateModel(), events, NoSnapshotTriggerDefinition.INSTANCE);
    }
    CurrentUnitOfWork.get().root().resources().put(Round.FRESH, true);
    Base<S> base = bases.asMap().remove(id);
    return base == null ? folded(id) : caughtUp(id, base);
  }

  private EventSourcedAggregate<T> folded(String id) {
    DomainEventStream stream = readEvents(id);
    if (!stream.hasNext()) {
      return aggregate(shells.empty(id));
    }
    EventSourcedAggregate<T> aggregate = aggregate(shells.createAggregateRoot(id, stream.peek()));
    aggregate.initializeState(stream);
    return aggregate;
  }

  private EventSourcedAggregate<T> caughtUp(String id, Base<S> base) {
    EventSourcedAggregate<T> aggregate =
        EventSourcedAggregate.reconstruct(
            shells.at(id, base.tenant(), base.state()),
            aggregateModel(),
            base.sequence(),
            false,
            events,
            NoSnapshotTriggerDefinition.TRIGGER);
    DomainEventStream missed = events.readEvents(id, base.sequence() + 1);
    if (missed.hasNext()) {
      aggregate.initializeState(missed);
    }
    return aggregate;
  }

  private EventSourcedAggregate<T> aggregate(T shell) {
    return EventSourcedAggregate.initialize(
        shell, aggregateModel(), events, NoSnapshotTriggerDefinition.TRIGGER);
  }

  @Override
  protected void doSaveWithLock(EventSourcedAggregate<T> aggregate) {
    if (aggregate.version() != null) {
      super.doSaveWithLock(aggregate);
    }
  }
}
