package dev.varve.command.port;

import dev.varve.api.common.CommandOutcome;
import dev.varve.api.definition.DefinitionCommand;
import dev.varve.api.execution.ExecutionCommand;
import dev.varve.api.log.CommandMetadata;
import java.util.concurrent.CompletableFuture;

/**
 * The one way to send a command. Returns when the command is durable or refused; conflicts with
 * other writers are retried inside. Call it on a virtual thread.
 */
public interface Commands {
  /**
   * Sends a command to an execution, through its mailbox.
   *
   * @throws dev.varve.api.log.AppendException.OutcomeUnknown when it is not known whether it was
   *     committed
   * @throws dev.varve.api.log.AppendException.Unavailable when nothing was done because the store
   *     or the queue is full or away
   */
  CommandOutcome send(ExecutionCommand command, CommandMetadata metadata);

  /** Sends a command without waiting; the future fails with what {@link #send} throws. */
  CompletableFuture<CommandOutcome> submit(ExecutionCommand command, CommandMetadata metadata);

  /** Sends a command to a definition; throws what the other one throws. */
  CommandOutcome send(DefinitionCommand command, CommandMetadata metadata);
}
