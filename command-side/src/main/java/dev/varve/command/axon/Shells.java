package dev.varve.command.axon;

import dev.varve.api.common.TenantId;
import dev.varve.api.log.RecordedEvent;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventsourcing.AggregateFactory;
import org.axonframework.modelling.command.CreationPolicyAggregateFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes the shells of one kind.
 *
 * @param <T> the shells
 * @param <S> their state
 */
final class Shells<T extends Shell<S>, S>
    implements AggregateFactory<T>, CreationPolicyAggregateFactory<T> {
  private final Class<T> type;
  private final S initial;
  private final Maker<T, S> maker;

  /** Makes one shell. */
  @FunctionalInterface
  interface Maker<T, S> {
    T make(String id, @Nullable TenantId tenant, S state);
  }

  Shells(Class<T> type, S initial, Maker<T, S> maker) {
    this.type = type;
    this.initial = initial;
    this.maker = maker;
  }

  /** Returns a shell without events. */
  T empty(String id) {
    return maker.make(id, null, initial);
  }

  /** Returns a shell that stands where {@code base} stood. */
  T at(String id, @Nullable TenantId tenant, S state) {
    return maker.make(id, tenant, state);
  }

  @Override
  public T createAggregateRoot(String aggregateIdentifier, DomainEventMessage<?> firstEvent) {
    TenantId tenant =
        switch (firstEvent) {
          case RecordedEvent recorded -> recorded.tenant();
          case DomainEventMessage<?> other when other.getPayload() instanceof Restored<?> kept ->
              kept.tenant();
          default -> TenantId.DEFAULT;
        };
    return maker.make(aggregateIdentifier, tenant, initial);
  }

  @Override
  public T create(@Nullable Object identifier) {
    return empty(String.valueOf(identifier));
  }

  @Override
  public Class<T> getAggregateType() {
    return type;
  }
}
