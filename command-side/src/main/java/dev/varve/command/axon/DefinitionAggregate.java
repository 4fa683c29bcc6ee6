package dev.varve.command.axon;

import dev.varve.api.common.TenantId;
import dev.varve.api.definition.DefinitionCommand;
import dev.varve.api.definition.DefinitionEvent;
import dev.varve.command.core.Decision;
import dev.varve.command.core.definition.DefinitionState;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.AggregateRoot;
import org.axonframework.modelling.command.CreationPolicy;
import org.jspecify.annotations.Nullable;

/** A definition on the command bus: its id, its state, and no thought of its own. */
@AggregateRoot(type = "definition")
final class DefinitionAggregate implements Shell<DefinitionState> {
  @AggregateIdentifier private final String id;
  private final DefinitionDecisions decisions;
  private @Nullable TenantId tenant;
  private DefinitionState state;

  DefinitionAggregate(
      String id, @Nullable TenantId tenant, DefinitionState state, DefinitionDecisions decisions) {
    this.id = id;
    this.tenant = tenant;
    this.state = state;
    this.decisions = decisions;
  }

  @CommandHandler
  @CreationPolicy(AggregateCreationPolicy.ALWAYS)
  BatchResult<PublishedVersions> handle(Batch.NewDefinition batch) {
    return decide(batch);
  }

  @CommandHandler
  BatchResult<PublishedVersions> handle(Batch.KnownDefinition batch) {
    return decide(batch);
  }

  private BatchResult<PublishedVersions> decide(Batch<DefinitionCommand> batch) {
    TenantId whose = tenant;
    if (whose == null) {
      whose = batch.items().getFirst().metadata().tenant();
      tenant = whose;
    }
    Round<DefinitionEvent> round = decisions.round(batch);
    for (BatchItem<DefinitionCommand> item : batch.items()) {
      switch (decisions.decide(whose, state, item)) {
        case Decision.Accepted<DefinitionEvent> accepted -> {
          round.apply(accepted);
          round.accepted(item.metadata(), accepted, decisions.answer(accepted, state));
        }
        case Decision.Rejected<DefinitionEvent> rejected -> round.rejected(rejected);
      }
    }
    return decisions.conclude(whose, id, round);
  }

  @EventSourcingHandler
  void on(DefinitionEvent event) {
    state = decisions.evolve(state, event);
  }

  @EventSourcingHandler
  void on(Restored<DefinitionState> snapshot) {
    state = snapshot.state();
  }

  @Override
  public DefinitionState state() {
    return state;
  }

  @Override
  public @Nullable TenantId tenant() {
    return tenant;
  }
}
