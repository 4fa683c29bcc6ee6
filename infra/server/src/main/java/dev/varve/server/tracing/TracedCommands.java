package dev.varve.server.tracing;

import dev.varve.api.common.CommandOutcome;
import dev.varve.api.definition.DefinitionCommand;
import dev.varve.api.execution.ExecutionCommand;
import dev.varve.api.log.AppendException;
import dev.varve.api.log.CommandMetadata;
import dev.varve.command.port.Commands;
import dev.varve.command.port.Tracing;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Makes a span of every command, from its sender to the durable answer, and writes that span into
 * the events: what they cause, on whatever node and after whatever restart, goes on from there.
 */
public final class TracedCommands implements Commands {
  private final Commands commands;
  private final Tracing tracing;

  /** Makes the way through {@code tracing} to {@code commands}. */
  public TracedCommands(Commands commands, Tracing tracing) {
    this.commands = commands;
    this.tracing = tracing;
  }

  @Override
  public CommandOutcome send(ExecutionCommand command, CommandMetadata metadata) {
    try (Tracing.Span span = begin(command, metadata)) {
      return observed(span, () -> commands.send(command, within(span, metadata)));
    }
  }

  @Override
  public CommandOutcome send(DefinitionCommand command, CommandMetadata metadata) {
    Class<?> type = command.getClass();
    try (Tracing.Span span =
        tracing.begin(Tracing.Kind.COMMAND, type.getSimpleName(), metadata.traceparent())) {
      return observed(span, () -> commands.send(command, within(span, metadata)));
    }
  }

  @Override
  public CompletableFuture<CommandOutcome> submit(
      ExecutionCommand command, CommandMetadata metadata) {
    Tracing.Span span = begin(command, metadata);
    try {
      return commands
          .submit(command, within(span, metadata))
          .whenComplete((outcome, problem) -> {
            if (problem == null) {
              note(span, outcome);
            } else {
              span.failed(code(problem));
            }
            span.close();
          });
    } catch (RuntimeException e) {
      span.failed(code(e));
      span.close();
      throw e;
    }
  }

  private Tracing.Span begin(ExecutionCommand command, CommandMetadata metadata) {
    Class<?> type = command.getClass();
    Tracing.Span span =
        tracing.begin(Tracing.Kind.COMMAND, type.getSimpleName(), metadata.traceparent());
    span.note("varve.execution.id", command.executionId().toString());
    return span;
  }

  private static CommandMetadata within(Tracing.Span span, CommandMetadata metadata) {
    return new CommandMetadata(
        metadata.tenant(),
        metadata.commandId(),
        metadata.idempotency(),
        metadata.actor(),
        metadata.correlationId(),
        metadata.causationId(),
        span.traceparent());
  }

  private static CommandOutcome observed(Tracing.Span span, Way way) {
    try {
      CommandOutcome outcome = way.send();
      note(span, outcome);
      return outcome;
    } catch (RuntimeException e) {
      span.failed(code(e));
      throw e;
    }
  }

  private static void note(Tracing.Span span, CommandOutcome outcome) {
    switch (outcome) {
      case CommandOutcome.Accepted accepted -> {
        var position = accepted.committed().position();
        span.note("varve.outcome", accepted.committed().replayed() ? "replayed" : "accepted");
        span.note("varve.partition", position.partition());
        span.note("varve.position", position.position());
      }
      case CommandOutcome.Rejected rejected -> {
        span.note("varve.outcome", "rejected");
        span.note("varve.rejection.code", rejected.rejection().code().code());
      }
    }
  }

  /** Names a failure without its message, which may quote what must not leave the system. */
  private static String code(Throwable problem) {
    Throwable cause = unwrapped(problem);
    Class<?> type = cause.getClass();
    return cause instanceof AppendException.Unavailable known ? known.code() : type.getSimpleName();
  }

  private static Throwable unwrapped(Throwable problem) {
    @Nullable Throwable cause = problem instanceof CompletionException ? problem.getCause() : null;
    return cause == null ? problem : cause;
  }

  /** The rest of the way. */
  @FunctionalInterface
  private interface Way {
    CommandOutcome send();
  }
}
