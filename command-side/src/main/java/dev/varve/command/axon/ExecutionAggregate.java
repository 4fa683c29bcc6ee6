package dev.varve.command.axon;

import dev.varve.api.common.TenantId;
import dev.varve.api.execution.ExecutionCommand;
import dev.varve.api.execution.ExecutionEvent;
import dev.varve.command.core.Decision;
import dev.varve.command.core.execution.ExecutionState;
import dev.varve.command.port.ExecutionCommit;
import java.util.Optional;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.AggregateRoot;
import org.axonframework.modelling.command.CreationPolicy;
import org.jspecify.annotations.Nullable;

/** An execution on the command bus: its id, its state, and no thought of its own. */
@AggregateRoot(type = "execution")
final class ExecutionAggregate implements Shell<ExecutionState> {
  @AggregateIdentifier private final String id;
  private final ExecutionDecisions decisions;
  private @Nullable TenantId tenant;
  private ExecutionState state;

  ExecutionAggregate(
      String id, @Nullable TenantId tenant, ExecutionState state, ExecutionDecisions decisions) {
    this.id = id;
    this.tenant = tenant;
    this.state = state;
    this.decisions = decisions;
  }

  @CommandHandler
  @CreationPolicy(AggregateCreationPolicy.ALWAYS)
  BatchResult<Optional<ExecutionCommit>> handle(Batch.NewExecution batch) {
    return decide(batch);
  }

  @CommandHandler
  BatchResult<Optional<ExecutionCommit>> handle(Batch.KnownExecution batch) {
    return decide(batch);
  }

  private BatchResult<Optional<ExecutionCommit>> decide(Batch<ExecutionCommand> batch) {
    TenantId whose = tenant;
    if (whose == null) {
      whose = batch.items().getFirst().metadata().tenant();
      tenant = whose;
    }
    Round<ExecutionEvent> round = decisions.round(batch);
    for (BatchItem<ExecutionCommand> item : batch.items()) {
      switch (decisions.decide(whose, state, item)) {
        case Decision.Accepted<ExecutionEvent> accepted -> {
          round.apply(accepted);
          round.accepted(item.metadata(), accepted, decisions.answer(item, state));
        }
        case Decision.Rejected<ExecutionEvent> rejected -> round.rejected(rejected);
      }
    }
    return decisions.conclude(whose, id, state, round);
  }

  @EventSourcingHandler
  void on(ExecutionEvent event) {
    state = decisions.evolve(tenant, state, event);
  }

  @EventSourcingHandler
  void on(Restored<ExecutionState> snapshot) {
    state = snapshot.state();
  }

  @Override
  public ExecutionState state() {
    return state;
  }

  @Override
  public @Nullable TenantId tenant() {
    return tenant;
  }
}
