package dev.varve.command.core.execution;

import dev.varve.api.common.ErrorInfo;
import dev.varve.api.common.NodePath;
import dev.varve.api.execution.ExecutionCommand.RetryExecution;
import dev.varve.api.execution.ExecutionEvent;
import dev.varve.api.execution.ExecutionEvent.ExecutionRetried;
import dev.varve.api.execution.NodeStatus;
import dev.varve.api.rejection.Rejection;
import dev.varve.api.task.ScheduledTimer;
import dev.varve.command.core.Decision;
import dev.varve.command.core.DecisionContext;
import dev.varve.command.core.definition.CompiledDefinition;
import dev.varve.command.core.definition.CompiledNode;
import dev.varve.command.core.definition.DefinitionSource;
import dev.varve.command.core.execution.node.Instants;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Goes on with an execution that failed or timed out: nodes that failed, and those that were
 * cancelled with it, are activated again; what had completed stays as it is. Their configuration is
 * evaluated again, so what failed for its input or definition alone fails again. Outside work gets
 * the next attempt number, so that a late answer to an old attempt is refused, and its retries
 * start from one again; timeouts, deadlines and delays run from now. What was still held back from
 * a suspension when it failed is released: it runs now.
 *
 * <p>Refused with {@code execution.not-failed} while the execution runs and {@code
 * execution.terminal} when it completed or was cancelled. Again: as the state it left says. A
 * business key is taken again in the same commit, which the store refuses when a running execution
 * of the definition owns it.
 */
final class Retry {
  private final RetryExecution command;
  private final DecisionContext context;
  private final DefinitionSource definitions;

  Retry(RetryExecution command, DecisionContext context, DefinitionSource definitions) {
    this.command = command;
    this.context = context;
    this.definitions = definitions;
  }

  Decision<ExecutionEvent> decide(ExecutionState state) {
    Rejection refusal = Refusals.unlessRetryable(state);
    if (refusal != null) {
      return Decision.reject(refusal);
    }
    Cascade cascade = new Cascade(command.executionId(), state, context, definitions);
    Frontier frontier = cascade.entering(0);
    CompiledNode left = undecided(state);
    if (left != null) {
      frontier.leave(left);
    }
    ErrorInfo failure = frontier.failure();
    if (failure == null) {
      frontier.activate(stopped(state));
    }
    if (frontier.tooLarge()) {
      return Decision.reject(
          Refusals.tooLarge("the tasks to be done again together", Frontier.BYTES_MAX));
    }
    if (left != null && failure != null) {
      cascade.apply(retried(state, left, null));
      cascade.failExecution(failure, left.path());
    } else {
      cascade.apply(retried(state, left, frontier));
      cascade.ready(frontier.ready());
      cascade.releaseHeld();
    }
    String businessKey = state.businessKey();
    if (businessKey != null) {
      cascade.acquire(ExecutionDecider.businessKeyScope(state.definition().name()), businessKey);
    }
    return cascade.run();
  }

  /** Returns the completed node at whose edges the execution failed; null when it was elsewhere. */
  private static @Nullable CompiledNode undecided(ExecutionState state) {
    NodePath path = state.failedAt();
    CompiledNode node = path == null ? null : state.definition().find(path.value());
    return node != null && state.node(node.index()).status() == NodeStatus.COMPLETED ? node : null;
  }

  /** Returns what the end found or made undone, in the order of the document. */
  private static List<CompiledNode> stopped(ExecutionState state) {
    CompiledDefinition definition = state.definition();
    List<CompiledNode> stopped = new ArrayList<>();
    for (int i = 0; i < definition.nodeCount(); i++) {
      NodeStatus status = state.node(i).status();
      if (status == NodeStatus.FAILED || status == NodeStatus.CANCELLED) {
        stopped.add(definition.node(i));
      }
    }
    return stopped;
  }

  private ExecutionRetried retried(
      ExecutionState state, @Nullable CompiledNode left, @Nullable Frontier frontier) {
    CompiledDefinition definition = state.definition();
    Instant timeoutAt = Instants.after(context.now(), definition.definition().timeout());
    List<ScheduledTimer> timeout =
        timeoutAt == null
            ? List.of()
            : List.of(
                new ScheduledTimer(
                    ScheduledTimer.Kind.EXECUTION_TIMEOUT, ScheduledTimer.EXECUTION, timeoutAt));
    if (frontier == null) {
      return new ExecutionRetried(
          definition.name(),
          definition.version(),
          command.reason(),
          left == null ? null : left.path(),
          List.of(),
          List.of(),
          List.of(),
          timeout,
          List.of());
    }
    timeout.forEach(frontier::timer);
    return new ExecutionRetried(
        definition.name(),
        definition.version(),
        command.reason(),
        left == null ? null : left.path(),
        frontier.taken(),
        frontier.activated(),
        frontier.scheduled(),
        frontier.timers(),
        frontier.skipped());
  }
}
