package dev.varve.command.axon;

import dev.varve.api.definition.DefinitionCommand;
import dev.varve.api.execution.ExecutionCommand;
import java.util.List;
import java.util.UUID;

/**
 * Commands to one stream, decided in order in one unit of work: the only messages on the command
 * bus. One handler per batch instead of one per command, since Axon finds handlers by exact type
 * while the deciders switch over a sealed type, where the compiler finds what was forgotten.
 *
 * @param <C> the sealed type of the commands
 */
public sealed interface Batch<C> {
  /** Returns the stream. */
  UUID target();

  /** Returns the commands in the order they are decided, at least one. */
  List<BatchItem<C>> items();

  /**
   * For an execution that does not exist yet: its stream is not read first. The first command
   * starts it.
   */
  record NewExecution(UUID target, List<BatchItem<ExecutionCommand>> items)
      implements Batch<ExecutionCommand> {}

  /** For an execution that may exist. */
  record KnownExecution(UUID target, List<BatchItem<ExecutionCommand>> items)
      implements Batch<ExecutionCommand> {}

  /** For a definition that does not exist yet: its stream is not read first. */
  record NewDefinition(UUID target, List<BatchItem<DefinitionCommand>> items)
      implements Batch<DefinitionCommand> {}

  /** For a definition that exists. */
  record KnownDefinition(UUID target, List<BatchItem<DefinitionCommand>> items)
      implements Batch<DefinitionCommand> {}
}
