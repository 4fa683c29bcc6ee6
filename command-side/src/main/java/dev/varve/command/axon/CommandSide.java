package dev.varve.command.axon;

import dev.varve.api.common.TenantId;
import dev.varve.command.core.definition.DefinitionState;
import dev.varve.command.core.execution.ExecutionState;
import dev.varve.command.port.Incarnation;
import dev.varve.command.port.TimeSource;
import java.util.UUID;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.modelling.command.AggregateAnnotationCommandHandler;
import org.axonframework.modelling.command.CommandTargetResolver;
import org.axonframework.modelling.command.VersionedAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/** Puts the shells of executions and definitions on a command bus. */
public final class CommandSide {
  private final TimeSource time;
  private final Incarnation incarnation;
  private final DefinitionCatalog catalog;
  private final @Nullable SnapshotPolicy snapshots;
  private final CommandSideSettings settings;

  /**
   * Makes it.
   *
   * @param time the database's time
   * @param incarnation this process; new attempts belong to it
   * @param catalog compiled definitions
   * @param snapshots keeps states of long executions; null for none
   * @param settings how much is kept in memory
   */
  public CommandSide(
      TimeSource time,
      Incarnation incarnation,
      DefinitionCatalog catalog,
      @Nullable SnapshotPolicy snapshots,
      CommandSideSettings settings) {
    this.time = time;
    this.incarnation = incarnation;
    this.catalog = catalog;
    this.snapshots = snapshots;
    this.settings = settings;
  }

  /**
   * Subscribes the shells.
   *
   * @param bus a bus without transactions, whose interceptor commits to the log
   * @param events where streams are read and events are published
   */
  public void subscribe(CommandBus bus, EventStore events) {
    subscribeExecutions(bus, events);
    subscribeDefinitions(bus, events);
  }

  private void subscribeExecutions(CommandBus bus, EventStore events) {
    var cache = new BoundedCache(settings.executionsCached());
    var decisions =
        new ExecutionDecisions(
            events,
            time,
            incarnation,
            catalog,
            (tenant, id, sequence, eventCount, state) -> {
              afterCommit(tenant, UUID.fromString(id), sequence, eventCount, state);
              if (state.terminal()) {
                cache.remove(id);
              }
            });
    var shells =
        new Shells<>(
            ExecutionAggregate.class,
            ExecutionState.NONE,
            (id, tenant, state) -> new ExecutionAggregate(id, tenant, state, decisions));
    subscribe(bus, ExecutionAggregate.class, shells, ShellRepository.of(events, shells, cache));
  }

  private void afterCommit(
      TenantId tenant, UUID stream, long sequence, int eventCount, ExecutionState state) {
    if (snapshots != null) {
      snapshots.committed(tenant, stream, sequence, eventCount, state);
    }
  }

  private void subscribeDefinitions(CommandBus bus, EventStore events) {
    var decisions = new DefinitionDecisions(events, time, incarnation);
    var shells =
        new Shells<>(
            DefinitionAggregate.class,
            DefinitionState.NONE,
            (id, tenant, state) -> new DefinitionAggregate(id, tenant, state, decisions));
    var cache = new BoundedCache(settings.definitionsCached());
    subscribe(bus, DefinitionAggregate.class, shells, ShellRepository.of(events, shells, cache));
  }

  private static <T extends Shell<S>, S> void subscribe(
      CommandBus bus, Class<T> type, Shells<T, S> shells, ShellRepository<T, S> repository) {
    AggregateAnnotationCommandHandler.<T>builder()
        .aggregateType(type)
        .repository(repository)
        .commandTargetResolver(targetResolver())
        .creationPolicyAggregateFactory(shells)
        .build()
        .subscribe(bus);
  }

  /**
   * Axon's own looks for annotations by reflection, twice per command and uncached: half of the
   * time of a command.
   */
  static CommandTargetResolver targetResolver() {
    return CommandSide::targetOf;
  }

  private static VersionedAggregateIdentifier targetOf(CommandMessage<?> message) {
    if (message.getPayload() instanceof Batch<?> batch) {
      return new VersionedAggregateIdentifier((Object) batch.target().toString(), null);
    }
    throw new IllegalArgumentException(
        "Expected a batch, but found " + message.getPayloadType().getName());
  }
}
