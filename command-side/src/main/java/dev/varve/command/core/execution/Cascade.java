package dev.varve.command.core.execution;

import dev.varve.api.common.ErrorInfo;
import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.Limits;
import dev.varve.api.common.NodePath;
import dev.varve.api.execution.ExecutionEvent;
import dev.varve.api.execution.ExecutionEvent.ExecutionCompleted;
import dev.varve.api.execution.ExecutionEvent.ExecutionFailed;
import dev.varve.api.execution.ExecutionEvent.NodeCompleted;
import dev.varve.api.execution.ExecutionEvent.NodeFailed;
import dev.varve.api.execution.ExecutionEvent.NodeReleased;
import dev.varve.api.execution.ExecutionStatus;
import dev.varve.api.log.KeyChange;
import dev.varve.api.rejection.FieldError;
import dev.varve.command.core.Decision;
import dev.varve.command.core.DecisionContext;
import dev.varve.command.core.definition.CompiledNode;
import dev.varve.command.core.definition.DefinitionSource;
import dev.varve.command.core.execution.node.Activation;
import dev.varve.command.core.expression.Evaluation;
import dev.varve.command.core.expression.Template;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;

/**
 * One decision: everything that can be decided without the outside world, one event after the
 * other, each folded at once so that the next is decided on what is already a fact. Every node
 * completes at most once, so there are at most {@code Limits.NODES_MAX} steps.
 */
final class Cascade {
  private final DefinitionSource definitions;
  private final DecisionContext context;
  private final DecisionScope scope;
  private final List<ExecutionEvent> events = new ArrayList<>(2);
  private final List<KeyChange> keys = new ArrayList<>(0);
  private final Deque<Frontier.Ready> ready = new ArrayDeque<>(2);
  private ExecutionState state;

  /** Begins a decision on {@code state}, which has started. */
  Cascade(
      ExecutionId executionId,
      ExecutionState state,
      DecisionContext context,
      DefinitionSource definitions) {
    this.state = state;
    this.context = context;
    this.definitions = definitions;
    this.scope = new DecisionScope(executionId, state);
  }

  ExecutionState state() {
    return state;
  }

  /** Returns a frontier that starts from the present state. */
  Frontier entering(long payloadBytes) {
    return new Frontier(state, scope.at(state), context, payloadBytes);
  }

  void apply(ExecutionEvent event) {
    events.add(event);
    state = Evolution.evolve(state, event, definitions);
  }

  void acquire(String scopeName, String key) {
    keys.add(KeyChange.acquire(scopeName, key));
  }

  /** Remembers nodes that can go on; {@link #run} goes on with them. */
  void ready(List<Frontier.Ready> nodes) {
    ready.addAll(nodes);
  }

  /** A node instance ends with an output; while the execution is suspended, nothing follows. */
  void complete(CompiledNode node, int attempt, JsonNode output) {
    if (state.status() == ExecutionStatus.SUSPENDED) {
      apply(alone(node, attempt, output));
      return;
    }
    Frontier frontier =
        new Frontier(
            state, scope.at(state, node, output), context, JsonSize.of(output, Frontier.BYTES_MAX));
    frontier.leave(node);
    if (frontier.tooLarge()) {
      fail(node, attempt, Faults.tooLarge("what follows from the node", Frontier.BYTES_MAX));
      return;
    }
    ErrorInfo failure = frontier.failure();
    if (failure != null) {
      apply(alone(node, attempt, output));
      failExecution(failure, node.path());
      return;
    }
    apply(
        new NodeCompleted(
            node.id(),
            node.path(),
            attempt,
            output,
            frontier.taken(),
            frontier.activated(),
            frontier.scheduled(),
            frontier.timers(),
            frontier.skipped()));
    ready(frontier.ready());
  }

  private static NodeCompleted alone(CompiledNode node, int attempt, JsonNode output) {
    return new NodeCompleted(
        node.id(),
        node.path(),
        attempt,
        output,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  /** Decides what follows from the nodes that completed while the execution was suspended. */
  void releaseHeld() {
    for (CompiledNode node : state.held()) {
      if (state.terminal()) {
        return; // what is held still is released by a retry
      }
      release(node);
    }
  }

  private void release(CompiledNode node) {
    Frontier frontier = entering(0);
    frontier.leave(node);
    ErrorInfo failure =
        frontier.tooLarge()
            ? Faults.tooLarge("what follows from the node", Frontier.BYTES_MAX)
            : frontier.failure();
    if (failure != null) {
      apply(
          new NodeReleased(
              node.id(), node.path(), List.of(), List.of(), List.of(), List.of(), List.of()));
      failExecution(failure, node.path());
      return;
    }
    apply(
        new NodeReleased(
            node.id(),
            node.path(),
            frontier.taken(),
            frontier.activated(),
            frontier.scheduled(),
            frontier.timers(),
            frontier.skipped()));
    ready(frontier.ready());
  }

  /** A node instance ends with an error, and the execution with it. */
  void fail(CompiledNode node, int attempt, ErrorInfo error) {
    apply(new NodeFailed(node.id(), node.path(), attempt, error));
    failExecution(error, node.path());
  }

  void failExecution(ErrorInfo error, @Nullable NodePath path) {
    apply(new ExecutionFailed(error, path, state.active()));
  }

  /** Goes on until only outside work is left, and ends the execution when nothing is. */
  Decision<ExecutionEvent> run() {
    while (!state.terminal() && !ready.isEmpty()) {
      Frontier.Ready next = ready.remove();
      switch (next.activation()) {
        case Activation.Completed(var output) -> complete(next.node(), 0, output);
        case Activation.Failed(var error) -> fail(next.node(), 0, error);
        case Activation.Scheduled _, Activation.Waiting _ ->
            throw new IllegalStateException("Only local nodes go on within a command");
      }
    }
    if (state.status() == ExecutionStatus.RUNNING && state.activeCount() == 0) {
      finish();
    }
    return decision();
  }

  private void finish() {
    Template template = state.definition().output();
    if (template == null) {
      completeExecution(NullNode.instance);
      return;
    }
    switch (template.evaluate(scope.at(state))) {
      case Evaluation.Failure(var error) -> failExecution(Faults.at("/output", error), null);
      case Evaluation.Value(var output) -> completeExecution(output);
    }
  }

  private void completeExecution(JsonNode output) {
    if (JsonSize.of(output, Limits.PAYLOAD_BYTES_MAX) > Limits.PAYLOAD_BYTES_MAX) {
      failExecution(
          Faults.at("/output", Faults.tooLarge("the output", Limits.PAYLOAD_BYTES_MAX)), null);
      return;
    }
    List<FieldError> errors = state.definition().outputCheck().check(output);
    if (errors.isEmpty()) {
      apply(new ExecutionCompleted(output));
    } else {
      failExecution(Faults.outputSchema(errors), null);
    }
  }

  /** Returns what was decided; a business key is free again as soon as the execution has ended. */
  Decision<ExecutionEvent> decision() {
    String businessKey = state.businessKey();
    if (state.terminal() && businessKey != null) {
      keys.add(
          KeyChange.release(
              ExecutionDecider.businessKeyScope(state.definition().name()), businessKey));
    }
    return new Decision.Accepted<>(events, keys);
  }
}
