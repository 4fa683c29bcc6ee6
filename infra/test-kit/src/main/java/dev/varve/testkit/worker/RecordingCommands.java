package dev.varve.testkit.worker;

import dev.varve.api.common.CommandOutcome;
import dev.varve.api.definition.DefinitionCommand;
import dev.varve.api.execution.ExecutionCommand;
import dev.varve.api.log.CommandMetadata;
import dev.varve.api.log.Committed;
import dev.varve.api.log.LogPosition;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import tools.jackson.databind.node.NullNode;

/** Remembers what was sent and answers by a script; without one it accepts everything. */
public final class RecordingCommands implements dev.varve.command.port.Commands {
  private final List<ExecutionCommand> sent = new CopyOnWriteArrayList<>();
  private volatile Function<ExecutionCommand, CommandOutcome> script = RecordingCommands::accepted;

  /** Returns what was sent, in order. */
  public List<ExecutionCommand> sent() {
    return sent;
  }

  /** Answers by {@code next} from now on; it may throw. */
  public void answer(Function<ExecutionCommand, CommandOutcome> next) {
    script = next;
  }

  /** Returns the answer to a command that was committed. */
  public static CommandOutcome accepted(ExecutionCommand command) {
    return new CommandOutcome.Accepted(
        command.executionId().value(),
        new Committed(LogPosition.start(0), NullNode.instance, false));
  }

  @Override
  public CommandOutcome send(ExecutionCommand command, CommandMetadata metadata) {
    sent.add(command);
    return script.apply(command);
  }

  @Override
  public CompletableFuture<CommandOutcome> submit(
      ExecutionCommand command, CommandMetadata metadata) {
    try {
      return CompletableFuture.completedFuture(send(command, metadata));
    } catch (RuntimeException failed) {
      return CompletableFuture.failedFuture(failed);
    }
  }

  @Override
  public CommandOutcome send(DefinitionCommand command, CommandMetadata metadata) {
    throw new UnsupportedOperationException("Only commands to executions are recorded");
  }
}
