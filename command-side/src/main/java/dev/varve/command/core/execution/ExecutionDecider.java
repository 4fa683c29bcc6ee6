package dev.varve.command.core.execution;

import dev.varve.api.common.ErrorInfo;
import dev.varve.api.common.Limits;
import dev.varve.api.definition.Effort;
import dev.varve.api.execution.ExecutionCommand;
import dev.varve.api.execution.ExecutionCommand.CancelExecution;
import dev.varve.api.execution.ExecutionCommand.CompleteTask;
import dev.varve.api.execution.ExecutionCommand.FailTask;
import dev.varve.api.execution.ExecutionCommand.FireTimer;
import dev.varve.api.execution.ExecutionCommand.LoseAttempt;
import dev.varve.api.execution.ExecutionCommand.ResumeExecution;
import dev.varve.api.execution.ExecutionCommand.RetryExecution;
import dev.varve.api.execution.ExecutionCommand.StartExecution;
import dev.varve.api.execution.ExecutionCommand.SuspendExecution;
import dev.varve.api.execution.ExecutionCommand.TimeOutAttempt;
import dev.varve.api.execution.ExecutionEvent;
import dev.varve.api.execution.ExecutionEvent.AttemptFailed;
import dev.varve.api.execution.ExecutionEvent.AttemptLost;
import dev.varve.api.execution.ExecutionEvent.ExecutionCancelled;
import dev.varve.api.execution.ExecutionEvent.ExecutionResumed;
import dev.varve.api.execution.ExecutionEvent.ExecutionSuspended;
import dev.varve.api.execution.ExecutionEvent.ExecutionTimedOut;
import dev.varve.api.execution.NodeStatus;
import dev.varve.api.rejection.Rejection;
import dev.varve.api.task.NextAttempt;
import dev.varve.api.task.ScheduledTask;
import dev.varve.api.task.ScheduledTimer;
import dev.varve.command.core.Decider;
import dev.varve.command.core.Decision;
import dev.varve.command.core.DecisionContext;
import dev.varve.command.core.definition.CompiledNode;
import dev.varve.command.core.definition.DefinitionSource;
import dev.varve.command.core.execution.node.DelayBehavior;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decides on an execution. Every command decides everything that can be decided without the outside
 * world: conditions, joins, transforms, ends, and the end of the execution itself.
 *
 * <p>All commands but {@link StartExecution} are refused with {@code execution.not-found} before
 * the start and, but for {@link RetryExecution}, with {@code execution.terminal} (extra {@code
 * status}) after the end. A refused command has no events. Sending a command again never does
 * anything twice; what each answers then is written at its method.
 */
public final class ExecutionDecider
    implements Decider<ExecutionState, ExecutionCommand, ExecutionEvent> {
  private final DefinitionSource definitions;

  /**
   * Makes a decider.
   *
   * @param definitions finds the version that an {@code ExecutionStarted} names; a version never
   *     changes, so the fold stays a pure function of the events. Must know every version that
   *     executions of the tenant are bound to.
   */
  public ExecutionDecider(DefinitionSource definitions) {
    this.definitions = definitions;
  }

  /**
   * Returns the scope of the unique keys that business keys of executions of {@code definition}
   * are.
   */
  public static String businessKeyScope(String definition) {
    return "business-key:" + definition;
  }

  @Override
  public ExecutionState initialState() {
    return ExecutionState.NONE;
  }

  /**
   * Returns the state after {@code event}.
   *
   * @throws IllegalStateException when an {@code ExecutionStarted} names a version that is unknown
   *     or has another hash: damaged data, nothing can be decided
   */
  @Override
  public ExecutionState evolve(ExecutionState state, ExecutionEvent event) {
    return Evolution.evolve(state, event, definitions);
  }

  @Override
  public Decision<ExecutionEvent> decide(
      ExecutionState state, ExecutionCommand command, DecisionContext context) {
    return switch (command) {
      case StartExecution start -> new Start(start, context, definitions).decide(state);
      case CompleteTask complete -> complete(state, complete, context);
      case FailTask fail -> fail(state, fail, context);
      case LoseAttempt lose -> lose(state, lose, context);
      case TimeOutAttempt timeOut -> timeOut(state, timeOut, context);
      case FireTimer fire -> fire(state, fire, context);
      case CancelExecution cancel -> cancel(state, cancel, context);
      case SuspendExecution suspend -> suspend(state, suspend, context);
      case ResumeExecution resume -> resume(state, resume, context);
      case RetryExecution retry -> new Retry(retry, context, definitions).decide(state);
    };
  }

  private Cascade cascade(ExecutionState state, ExecutionCommand command, DecisionContext context) {
    return new Cascade(command.executionId(), state, context, definitions);
  }

  private static CompiledNode nodeOf(ExecutionState state, String path) {
    return state.definition().node(path);
  }

  private static Activity activityOf(ExecutionState state, CompiledNode node) {
    return Objects.requireNonNull(state.node(node.index()).activity());
  }

  /**
   * The task's output becomes the node's. Again for the same attempt: {@code task.not-active}; for
   * an older one: {@code task.fenced}. An output above {@code Limits.PAYLOAD_BYTES_MAX} is {@code
   * payload.too-large} and the attempt stays active: the sender fails it instead.
   */
  private Decision<ExecutionEvent> complete(
      ExecutionState state, CompleteTask command, DecisionContext context) {
    Rejection refusal = Refusals.unlessCurrent(state, command.path(), command.attempt());
    if (refusal == null
        && JsonSize.of(command.output(), Limits.PAYLOAD_BYTES_MAX) > Limits.PAYLOAD_BYTES_MAX) {
      refusal = Refusals.tooLarge("an output", Limits.PAYLOAD_BYTES_MAX);
    }
    if (refusal != null) {
      return Decision.reject(refusal);
    }
    Cascade cascade = cascade(state, command, context);
    cascade.complete(nodeOf(state, command.path().value()), command.attempt(), command.output());
    return cascade.run();
  }

  /**
   * The attempt failed: another one follows by the retry policy, else the node fails and the
   * execution with it. Again for the same attempt: {@code task.fenced} when another one followed.
   * An error above {@code Limits.PAYLOAD_BYTES_MAX} is {@code payload.too-large}.
   */
  private Decision<ExecutionEvent> fail(
      ExecutionState state, FailTask command, DecisionContext context) {
    Rejection refusal = Refusals.unlessCurrent(state, command.path(), command.attempt());
    if (refusal == null
        && Faults.size(command.error(), Limits.PAYLOAD_BYTES_MAX) > Limits.PAYLOAD_BYTES_MAX) {
      refusal = Refusals.tooLarge("an error", Limits.PAYLOAD_BYTES_MAX);
    }
    if (refusal != null) {
      return Decision.reject(refusal);
    }
    return attemptFailed(
        cascade(state, command, context),
        nodeOf(state, command.path().value()),
        command.error(),
        command.retryable(),
        command.retryAfter(),
        context);
  }

  /**
   * The attempt passed its deadline: a failure with code {@code timeout}, retried unless {@code
   * noRetryOn} names that. Before the deadline, and for an attempt without one: {@code
   * timer.not-pending}.
   */
  private Decision<ExecutionEvent> timeOut(
      ExecutionState state, TimeOutAttempt command, DecisionContext context) {
    Rejection refusal = Refusals.unlessCurrent(state, command.path(), command.attempt());
    if (refusal != null) {
      return Decision.reject(refusal);
    }
    CompiledNode node = nodeOf(state, command.path().value());
    ScheduledTask task = Objects.requireNonNull(activityOf(state, node).task());
    Instant deadline = task.deadline();
    if (deadline == null || context.now().isBefore(deadline)) {
      return Decision.reject(
          Refusals.timer(
              "Expected attempt "
                  + command.attempt()
                  + " of "
                  + command.path()
                  + " to be past its deadline, but it is "
                  + (deadline == null ? "not limited" : deadline)));
    }
    Duration timeout = Retries.effortOf(node.node()).timeout();
    return attemptFailed(
        cascade(state, command, context),
        node,
        ErrorInfo.of(
            Faults.TIMEOUT, "Expected attempt " + command.attempt() + " to end within " + timeout),
        true,
        null,
        context);
  }

  private static Decision<ExecutionEvent> attemptFailed(
      Cascade cascade,
      CompiledNode node,
      ErrorInfo error,
      boolean retryable,
      @Nullable Duration retryAfter,
      DecisionContext context) {
    NodeState state = cascade.state().node(node.index());
    Effort effort = Retries.effortOf(node.node());
    int failures = activityOf(cascade.state(), node).failures() + 1;
    if (Retries.follows(effort.retry(), failures, error.code(), retryable)) {
      Instant availableAt =
          context.now().plus(Retries.backoff(effort.retry(), failures, retryAfter));
      NextAttempt next = Retries.next(effort, state.attempt(), availableAt, context.owner());
      cascade.apply(new AttemptFailed(node.id(), node.path(), state.attempt(), error, next));
    } else {
      cascade.fail(node, state.attempt(), error);
    }
    return cascade.run();
  }

  /**
   * The owner of the attempt is gone: another attempt, owned by the sender, with the same input;
   * not counted against {@code maxAttempts}, and not before the lost one was to start. Refused with
   * {@code task.fenced} when the attempt belongs to somebody else; again: {@code task.fenced}.
   */
  private Decision<ExecutionEvent> lose(
      ExecutionState state, LoseAttempt command, DecisionContext context) {
    Rejection refusal = Refusals.unlessCurrent(state, command.path(), command.attempt());
    if (refusal != null) {
      return Decision.reject(refusal);
    }
    CompiledNode node = nodeOf(state, command.path().value());
    ScheduledTask task = Objects.requireNonNull(activityOf(state, node).task());
    if (!task.owner().equals(command.owner())) {
      return Decision.reject(
          Refusals.fenced(
              "Expected attempt "
                  + command.attempt()
                  + " to belong to "
                  + command.owner()
                  + ", but it does not"));
    }
    Instant availableAt =
        task.availableAt().isAfter(context.now()) ? task.availableAt() : context.now();
    NextAttempt next =
        Retries.next(Retries.effortOf(node.node()), task.attempt(), availableAt, context.owner());
    Cascade cascade = cascade(state, command, context);
    cascade.apply(new AttemptLost(node.id(), node.path(), task.attempt(), command.owner(), next));
    return cascade.run();
  }

  /**
   * Time has passed: a delay completes, a node past its deadline fails with {@code timeout}
   * whatever its policy says, an execution past its timeout is TIMED_OUT. Before that, for an
   * unknown timer, and again: {@code timer.not-pending}.
   */
  private Decision<ExecutionEvent> fire(
      ExecutionState state, FireTimer command, DecisionContext context) {
    Rejection notRunning = Refusals.unlessRunning(state);
    if (notRunning != null) {
      return Decision.reject(notRunning);
    }
    Instant dueAt = dueAt(state, command);
    if (dueAt == null || context.now().isBefore(dueAt)) {
      return Decision.reject(
          Refusals.timer(
              "Expected a due timer "
                  + command.kind()
                  + ", but it is "
                  + (dueAt == null ? "not pending" : "due at " + dueAt)));
    }
    Cascade cascade = cascade(state, command, context);
    switch (command.kind()) {
      case DELAY ->
          cascade.complete(nodeOf(state, command.path().value()), 0, DelayBehavior.output(dueAt));
      case NODE_DEADLINE -> {
        CompiledNode node = nodeOf(state, command.path().value());
        cascade.fail(
            node,
            state.node(node.index()).attempt(),
            ErrorInfo.of(
                Faults.TIMEOUT,
                "Expected all attempts to end within " + Retries.effortOf(node.node()).deadline()));
      }
      case EXECUTION_TIMEOUT -> cascade.apply(new ExecutionTimedOut(state.active()));
    }
    return cascade.run();
  }

  private static @Nullable Instant dueAt(ExecutionState state, FireTimer command) {
    if (command.kind() == ScheduledTimer.Kind.EXECUTION_TIMEOUT) {
      return state.timeoutAt();
    }
    NodeState node = state.node(command.path());
    if (node == null || node.status() != NodeStatus.ACTIVE || node.activity() == null) {
      return null;
    }
    return command.kind() == ScheduledTimer.Kind.DELAY
        ? node.activity().dueAt()
        : node.activity().deadline();
  }

  /** Ends the execution; what is active is cancelled. Again: {@code execution.terminal}. */
  private Decision<ExecutionEvent> cancel(
      ExecutionState state, CancelExecution command, DecisionContext context) {
    Rejection notRunning = Refusals.unlessRunning(state);
    if (notRunning != null) {
      return Decision.reject(notRunning);
    }
    Cascade cascade = cascade(state, command, context);
    cascade.apply(new ExecutionCancelled(command.reason(), state.active()));
    return cascade.decision();
  }

  /**
   * Lets no further node start; what is active goes on to its end, clocks included. Again: {@code
   * execution.not-running}.
   */
  private Decision<ExecutionEvent> suspend(
      ExecutionState state, SuspendExecution command, DecisionContext context) {
    Rejection refusal = Refusals.unlessSuspendable(state);
    if (refusal != null) {
      return Decision.reject(refusal);
    }
    Cascade cascade = cascade(state, command, context);
    cascade.apply(new ExecutionSuspended(command.reason()));
    return cascade.decision();
  }

  /**
   * Decides what follows from every node that completed meanwhile, and goes on from there. Again:
   * {@code execution.not-suspended}.
   */
  private Decision<ExecutionEvent> resume(
      ExecutionState state, ResumeExecution command, DecisionContext context) {
    Rejection refusal = Refusals.unlessResumable(state);
    if (refusal != null) {
      return Decision.reject(refusal);
    }
    Cascade cascade = cascade(state, command, context);
    cascade.apply(new ExecutionResumed(command.reason()));
    cascade.releaseHeld();
    return cascade.run();
  }
}
