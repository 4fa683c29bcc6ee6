package dev.varve.command.axon;

import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.TenantId;
import dev.varve.api.execution.ExecutionCommand;
import dev.varve.api.execution.ExecutionCommand.CancelExecution;
import dev.varve.api.execution.ExecutionCommand.ResumeExecution;
import dev.varve.api.execution.ExecutionCommand.RetryExecution;
import dev.varve.api.execution.ExecutionCommand.StartExecution;
import dev.varve.api.execution.ExecutionCommand.SuspendExecution;
import dev.varve.api.execution.ExecutionEvent;
import dev.varve.api.execution.ExecutionEvent.ExecutionStarted;
import dev.varve.api.execution.ExecutionStatus;
import dev.varve.api.rejection.Rejection;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.command.core.Decision;
import dev.varve.command.core.DecisionContext;
import dev.varve.command.core.definition.CompiledDefinition;
import dev.varve.command.core.definition.DefinitionSource;
import dev.varve.command.core.execution.ExecutionDecider;
import dev.varve.command.core.execution.ExecutionDispatch;
import dev.varve.command.core.execution.ExecutionState;
import dev.varve.command.port.ExecutionCommit;
import dev.varve.command.port.Incarnation;
import dev.varve.command.port.TimeSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.modelling.command.AggregateLifecycle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the shells of executions need from around them: the decider with everything it may know,
 * resolved before it is asked, and what follows from a commit.
 */
final class ExecutionDecisions {
  private static final JsonNode NO_ANSWER = JsonNodeFactory.instance.objectNode();
  private static final DefinitionSource NOTHING = (name, version) -> null;

  private final EventStore log;
  private final TimeSource time;
  private final Incarnation incarnation;
  private final DefinitionCatalog catalog;
  private final AfterCommit afterCommit;
  private final ExecutionDecider decider = new ExecutionDecider(NOTHING);

  /** Hears of every commit, in the unit of work's AFTER_COMMIT phase. */
  @FunctionalInterface
  interface AfterCommit {
    void committed(TenantId tenant, String id, long sequence, int eventCount, ExecutionState state);
  }

  ExecutionDecisions(
      EventStore log,
      TimeSource time,
      Incarnation incarnation,
      DefinitionCatalog catalog,
      AfterCommit afterCommit) {
    this.log = log;
    this.time = time;
    this.incarnation = incarnation;
    this.catalog = catalog;
    this.afterCommit = afterCommit;
  }

  Round<ExecutionEvent> round(Batch<ExecutionCommand> batch) {
    return new Round<>(log, batch.target(), batch.items().size());
  }

  Decision<ExecutionEvent> decide(
      TenantId tenant, ExecutionState state, BatchItem<ExecutionCommand> item) {
    if (!tenant.equals(item.metadata().tenant())) {
      return Decision.reject(
          Rejection.of(
              RejectionCode.EXECUTION_NOT_FOUND, "Expected an execution, but there is none"));
    }
    Rejection stale = stale(item.command());
    if (stale != null) {
      return Decision.reject(stale);
    }
    DefinitionSource resolved = NOTHING;
    ExecutionDecider asked = decider;
    if (item.command() instanceof StartExecution start) {
      resolved = resolved(tenant, start.definition(), start.version());
      asked = new ExecutionDecider(resolved);
    }
    return asked.decide(
        state, item.command(), new DecisionContext(time.now(), incarnation.id(), tenant, resolved));
  }

  private static @Nullable Rejection stale(ExecutionCommand command) {
    return switch (command) {
      case CancelExecution cancel ->
          Expected.version(cancel.expectedVersion(), AggregateLifecycle.getVersion());
      case SuspendExecution suspend ->
          Expected.version(suspend.expectedVersion(), AggregateLifecycle.getVersion());
      case ResumeExecution resume ->
          Expected.version(resume.expectedVersion(), AggregateLifecycle.getVersion());
      case RetryExecution retry ->
          Expected.version(retry.expectedVersion(), AggregateLifecycle.getVersion());
      default -> null;
    };
  }

  /**
   * Only a start needs a definition that its state does not hold yet; it is read here, never by the
   * core.
   */
  private DefinitionSource resolved(TenantId tenant, String name, @Nullable Integer version) {
    CompiledDefinition found = catalog.of(tenant).find(name, version);
    if (found == null) {
      return NOTHING;
    }
    return (asked, number) ->
        asked.equals(found.name()) && (number == null || number == found.version()) ? found : null;
  }

  ExecutionState evolve(@Nullable TenantId tenant, ExecutionState state, ExecutionEvent event) {
    if (event instanceof ExecutionStarted started) {
      TenantId whose = tenant == null ? TenantId.DEFAULT : tenant;
      DefinitionSource resolved = resolved(whose, started.definition(), started.version());
      return new ExecutionDecider(resolved).evolve(state, event);
    }
    return decider.evolve(state, event);
  }

  /** Returns what the sender is told, now and when it asks again. */
  JsonNode answer(BatchItem<ExecutionCommand> item, ExecutionState after) {
    ExecutionCommand command = item.command();
    boolean asked =
        command instanceof StartExecution
            || command instanceof CancelExecution
            || command instanceof SuspendExecution
            || command instanceof ResumeExecution
            || command instanceof RetryExecution
            || item.metadata().idempotency() != null;
    ExecutionStatus status = after.status();
    if (!asked || status == null) {
      return NO_ANSWER;
    }
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("executionId", command.executionId().toString());
    answer.put("status", status.name());
    answer.put("definition", after.definition().name());
    answer.put("version", after.definition().version());
    // As an int, since that is how a stored answer is read back: a repeat must equal the first.
    answer.put("streamVersion", Math.toIntExact(AggregateLifecycle.getVersion()));
    return answer;
  }

  BatchResult<Optional<ExecutionCommit>> conclude(
      TenantId tenant, String id, ExecutionState state, Round<ExecutionEvent> round) {
    round.verify();
    List<ExecutionEvent> events = round.events();
    if (events.isEmpty()) {
      return new BatchResult<>(round.items(), Optional.empty());
    }
    Long sequence = AggregateLifecycle.getVersion();
    CurrentUnitOfWork.get()
        .afterCommit(unit -> afterCommit.committed(tenant, id, sequence, events.size(), state));
    var execution = new ExecutionId(UUID.fromString(id));
    var dispatch = ExecutionDispatch.of(tenant, execution, state, events, incarnation.id());
    var traces = Traces.of(round.items(), events);
    var commit =
        new ExecutionCommit(
            tenant,
            execution,
            traces.dispatches(dispatch.dispatches()),
            dispatch.timers(),
            dispatch.ended(),
            dispatch.terminal(),
            traces.timers(dispatch.timers()));
    return new BatchResult<>(round.items(), Optional.of(commit));
  }
}
