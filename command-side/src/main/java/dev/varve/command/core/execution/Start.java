package dev.varve.command.core.execution;

import dev.varve.api.common.Limits;
import dev.varve.api.definition.Definition;
import dev.varve.api.execution.ExecutionCommand.StartExecution;
import dev.varve.api.execution.ExecutionEvent;
import dev.varve.api.execution.ExecutionEvent.ExecutionStarted;
import dev.varve.api.rejection.FieldError;
import dev.varve.api.rejection.Rejection;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.api.task.ScheduledTimer;
import dev.varve.command.core.Decision;
import dev.varve.command.core.DecisionContext;
import dev.varve.command.core.definition.CompiledDefinition;
import dev.varve.command.core.definition.DefinitionSource;
import dev.varve.command.core.execution.node.Instants;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The start of an execution. Refused with {@code execution.exists} when the id is in use (also
 * again with the same id), {@code definition.not-found}, {@code input.schema} with every fault,
 * {@code payload.too-large}. A business key is taken in the same commit, which the store refuses
 * when a running execution of the definition owns it.
 */
final class Start {
  private final StartExecution command;
  private final DecisionContext context;
  private final DefinitionSource definitions;

  Start(StartExecution command, DecisionContext context, DefinitionSource definitions) {
    this.command = command;
    this.context = context;
    this.definitions = definitions;
  }

  Decision<ExecutionEvent> decide(ExecutionState state) {
    if (state.started()) {
      return Decision.reject(
          Rejection.of(
              RejectionCode.EXECUTION_EXISTS, "Expected a fresh execution id, but it is in use"));
    }
    CompiledDefinition definition =
        context.definitions().find(command.definition(), command.version());
    if (definition == null) {
      return Decision.reject(Refusals.noDefinition(command.definition(), command.version()));
    }
    if (JsonSize.of(command.input(), Limits.PAYLOAD_BYTES_MAX) > Limits.PAYLOAD_BYTES_MAX) {
      return Decision.reject(Refusals.tooLarge("an input", Limits.PAYLOAD_BYTES_MAX));
    }
    List<FieldError> errors = definition.inputCheck().check(command.input());
    return errors.isEmpty() ? start(definition) : Decision.reject(Refusals.input(errors));
  }

  private Decision<ExecutionEvent> start(CompiledDefinition compiled) {
    Definition definition = compiled.definition();
    Instant timeoutAt = Instants.after(context.now(), definition.timeout());
    ExecutionState fresh =
        ExecutionState.fresh(
            new ExecutionState.Origin(
                compiled,
                command.input(),
                definition.variables(),
                command.businessKey(),
                timeoutAt));
    Cascade cascade = new Cascade(command.executionId(), fresh, context, definitions);
    Frontier frontier =
        cascade.entering(
            JsonSize.of(command.input(), Frontier.BYTES_MAX)
                + JsonSize.of(definition.variables(), Frontier.BYTES_MAX));
    if (timeoutAt != null) {
      frontier.timer(
          new ScheduledTimer(
              ScheduledTimer.Kind.EXECUTION_TIMEOUT, ScheduledTimer.EXECUTION, timeoutAt));
    }
    frontier.enter();
    if (frontier.tooLarge()) {
      return Decision.reject(
          Refusals.tooLarge("input, variables and first tasks together", Frontier.BYTES_MAX));
    }
    cascade.apply(started(compiled, frontier));
    String businessKey = command.businessKey();
    if (businessKey != null) {
      cascade.acquire(ExecutionDecider.businessKeyScope(compiled.name()), businessKey);
    }
    cascade.ready(frontier.ready());
    return cascade.run();
  }

  private ExecutionStarted started(CompiledDefinition compiled, Frontier frontier) {
    return new ExecutionStarted(
        compiled.name(),
        compiled.version(),
        compiled.hash(),
        command.input(),
        command.businessKey(),
        labels(compiled.definition().labels(), command.labels()),
        compiled.definition().variables(),
        frontier.taken(),
        frontier.activated(),
        frontier.scheduled(),
        frontier.timers(),
        frontier.skipped());
  }

  /**
   * Labels of the definition, then those of the command; sorted, so that the event is always the
   * same text.
   */
  private static Map<String, String> labels(Map<String, String> first, Map<String, String> second) {
    if (first.isEmpty() && second.isEmpty()) {
      return Map.of();
    }
    Map<String, String> all = new TreeMap<>(first);
    all.putAll(second);
    return Collections.unmodifiableMap(all);
  }
}
