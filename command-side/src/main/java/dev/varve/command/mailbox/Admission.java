package dev.varve.command.mailbox;

import dev.varve.api.common.CommandOutcome;
import dev.varve.api.definition.DefinitionCommand;
import dev.varve.api.execution.ExecutionCommand;
import dev.varve.api.log.AppendException;
import dev.varve.api.log.CommandMetadata;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.command.port.Commands;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * The way of commands from outside: only so many are let in at once, the others are refused at once
 * with {@code server.overloaded}. What was accepted before goes on past it: results, timers and
 * recovery send to the mailbox itself, so that a rush of new work cannot starve the work there is.
 */
public final class Admission implements Commands {
  private final Commands mailbox;
  private final int waitingMax;
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicLong refused = new AtomicLong();

  /**
   * Makes it.
   *
   * @param mailbox takes what is let in
   * @param waitingMax most commands from outside that are being decided or wait, at least 1
   */
  public Admission(Commands mailbox, int waitingMax) {
    this.mailbox = mailbox;
    this.waitingMax = waitingMax;
  }

  @Override
  public CommandOutcome send(ExecutionCommand command, CommandMetadata metadata) {
    return admitted(() -> mailbox.send(command, metadata));
  }

  @Override
  public CommandOutcome send(DefinitionCommand command, CommandMetadata metadata) {
    return admitted(() -> mailbox.send(command, metadata));
  }

  @Override
  public CompletableFuture<CommandOutcome> submit(
      ExecutionCommand command, CommandMetadata metadata) {
    try {
      enter();
    } catch (AppendException.Unavailable e) {
      return CompletableFuture.failedFuture(e);
    }
    return mailbox
        .submit(command, metadata)
        .whenComplete((outcome, failure) -> waiting.decrementAndGet());
  }

  /** Tells whether the next command from outside would be refused. */
  public boolean isFull() {
    return waiting.get() >= waitingMax;
  }

  /** Counts a call that was refused because {@link #isFull}, before it became a command. */
  public void refuse() {
    refused.incrementAndGet();
  }

  /** Returns how many commands from outside are being decided or wait. */
  public int waiting() {
    return waiting.get();
  }

  /** Returns the most that are let in at once. */
  public int waitingMax() {
    return waitingMax;
  }

  /** Returns how many were refused since the start. */
  public long refused() {
    return refused.get();
  }

  private CommandOutcome admitted(Supplier<CommandOutcome> send) {
    enter();
    try {
      return send.get();
    } finally {
      waiting.decrementAndGet();
    }
  }

  private void enter() {
    if (waiting.incrementAndGet() > waitingMax) {
      waiting.decrementAndGet();
      refuse();
      throw new AppendException.Unavailable(
          RejectionCode.OVERLOADED.code(),
          "Expected at most " + waitingMax + " commands from outside at once",
          null);
    }
  }
}
