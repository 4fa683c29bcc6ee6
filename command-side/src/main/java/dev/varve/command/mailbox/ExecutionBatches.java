package dev.varve.command.mailbox;

import dev.varve.api.execution.ExecutionCommand;
import dev.varve.api.log.AppendException.KeyTaken;
import dev.varve.command.axon.Batch;
import dev.varve.command.axon.BatchItem;
import dev.varve.command.port.CommitListener;
import dev.varve.command.port.ExecutionCommit;
import dev.varve.command.port.LogLookup;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.axonframework.commandhandling.CommandBus;
import org.jspecify.annotations.Nullable;

/** Delivers batches to executions and tells a listener of every commit, right after it. */
public final class ExecutionBatches extends Delivery<ExecutionCommand, Optional<ExecutionCommit>> {
  private final CommitListener listener;

  /**
   * Makes a delivery.
   *
   * @param bus where the shells listen
   * @param lookup finds first answers
   * @param listener called once per commit, on the thread that committed; what it throws is logged
   * @param conflictRetriesMax how often a batch is decided again after another node was faster
   */
  public ExecutionBatches(
      CommandBus bus, LogLookup lookup, CommitListener listener, int conflictRetriesMax) {
    super(bus, new Answers(lookup), conflictRetriesMax);
    this.listener = listener;
  }

  void deliver(UUID execution, List<Letter<ExecutionCommand>> letters) {
    boolean starts = letters.getFirst().item().command() instanceof ExecutionCommand.StartExecution;
    deliver(execution, letters, starts);
  }

  @Override
  Batch<ExecutionCommand> message(
      UUID stream, List<BatchItem<ExecutionCommand>> items, boolean fresh) {
    return fresh ? new Batch.NewExecution(stream, items) : new Batch.KnownExecution(stream, items);
  }

  @Override
  void committed(Optional<ExecutionCommit> news) {
    news.ifPresent(listener::committed);
  }

  @Override
  @Nullable UUID elsewhere(KeyTaken taken) {
    return null;
  }
}
