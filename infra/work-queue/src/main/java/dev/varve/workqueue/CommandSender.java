package dev.varve.workqueue;

import dev.varve.api.common.CommandOutcome;
import dev.varve.api.common.TenantId;
import dev.varve.api.execution.ExecutionCommand;
import dev.varve.api.log.CommandMetadata;
import dev.varve.command.port.CommandIds;
import dev.varve.command.port.Commands;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the commands of sweeps, a bounded number at a time. Sweeps read rows that may be stale, so
 * a refusal is a normal answer; and they come again, so a failure is not retried here.
 */
final class CommandSender {
  private static final Logger LOG = LoggerFactory.getLogger(CommandSender.class);

  private final Commands commands;
  private final String actor;
  private final Semaphore permits;

  CommandSender(Commands commands, String actor, int inFlight) {
    this.commands = commands;
    this.actor = actor;
    this.permits = new Semaphore(inFlight);
  }

  /**
   * Sends one command, waiting for a place.
   *
   * @param traceparent the trace that the command belongs to; null for none
   * @param failed run when it is not known that the command was answered
   */
  void send(
      TenantId tenant, ExecutionCommand command, @Nullable String traceparent, Runnable failed)
      throws InterruptedException {
    permits.acquire();
    CompletableFuture<CommandOutcome> answer;
    try {
      answer =
          commands.submit(
              command,
              new CommandMetadata(tenant, CommandIds.next(), null, actor, null, null, traceparent));
    } catch (RuntimeException refused) {
      settled(command, null, refused, failed);
      return;
    }
    var _ = answer.whenComplete((outcome, problem) -> settled(command, outcome, problem, failed));
  }

  private void settled(
      ExecutionCommand command,
      @Nullable CommandOutcome outcome,
      @Nullable Throwable problem,
      Runnable failed) {
    permits.release();
    if (problem != null) {
      LOG.debug("Command was not answered; it is sent again later. {}", command, problem);
      failed.run();
    } else if (outcome instanceof CommandOutcome.Rejected rejected) {
      switch (rejected.rejection().code().kind()) {
        case OVERLOADED, UNAVAILABLE, TIMEOUT, BROKEN -> failed.run();
        case CONFLICT,
            NOT_FOUND,
            GONE,
            PRECONDITION,
            MALFORMED,
            INVALID,
            TOO_LARGE,
            METHOD,
            ACCEPT,
            MEDIA_TYPE,
            UNAUTHENTICATED ->
            LOG.debug("Command was refused: {} {}", rejected.rejection(), command);
      }
    }
  }
}
