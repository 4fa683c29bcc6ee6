package dev.varve.command.mailbox;

import dev.varve.api.common.CommandOutcome;
import dev.varve.api.log.AppendException;
import dev.varve.command.axon.BatchItem;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A command on its way, and the promise of its outcome.
 *
 * @param <C> the sealed type of the commands
 */
final class Letter<C> {
  private final BatchItem<C> item;
  private final CompletableFuture<CommandOutcome> outcome = new CompletableFuture<>();

  Letter(BatchItem<C> item) {
    this.item = item;
  }

  BatchItem<C> item() {
    return item;
  }

  CompletableFuture<CommandOutcome> outcome() {
    return outcome;
  }

  void settle(CommandOutcome result) {
    outcome.complete(result);
  }

  void fail(Throwable failure) {
    outcome.completeExceptionally(failure);
  }

  /** Waits for the outcome. */
  CommandOutcome await() {
    try {
      return outcome.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException known) {
        throw known;
      }
      throw new IllegalStateException("Command failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AppendException.OutcomeUnknown("Interrupted while the command was on its way", e);
    }
  }
}
