package dev.varve.command.worker;

import dev.varve.api.common.CommandOutcome;
import dev.varve.api.common.ErrorInfo;
import dev.varve.api.common.TenantId;
import dev.varve.api.execution.ExecutionCommand;
import dev.varve.api.execution.ExecutionCommand.CompleteTask;
import dev.varve.api.execution.ExecutionCommand.FailTask;
import dev.varve.api.execution.ExecutionCommand.TimeOutAttempt;
import dev.varve.api.log.AppendException;
import dev.varve.api.log.CommandMetadata;
import dev.varve.api.rejection.Rejection;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.command.port.CommandIds;
import dev.varve.command.port.Commands;
import dev.varve.command.port.Incarnation;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the result of an attempt home: sends the command until it is committed or refused,
 * whatever happens to the database meanwhile. Sending again is safe, since the decider takes each
 * attempt's result once.
 */
final class ResultSender {
  private static final Logger LOG = LoggerFactory.getLogger(ResultSender.class);

  private final Commands commands;
  private final String actor;
  private final long backoffMinMillis;
  private final long backoffMaxMillis;
  private final AtomicBoolean closed = new AtomicBoolean();

  ResultSender(Commands commands, Incarnation self, Duration backoffMin, Duration backoffMax) {
    this.commands = commands;
    this.actor = "worker:" + self.id();
    this.backoffMinMillis = backoffMin.toMillis();
    this.backoffMaxMillis = backoffMax.toMillis();
  }

  /**
   * Gives up what could not be committed so far: the process ends, recovery repeats the attempt.
   */
  void close() {
    closed.set(true);
  }

  /**
   * Sends {@code first} until it is settled, or {@code abandoned} says that nobody waits for it.
   *
   * @param traceparent the trace that the attempt belongs to; null for none
   */
  void settle(
      TenantId tenant,
      ExecutionCommand first,
      @Nullable String traceparent,
      BooleanSupplier abandoned) {
    var metadata =
        new CommandMetadata(tenant, CommandIds.next(), null, actor, null, null, traceparent);
    ExecutionCommand command = first;
    long wait = backoffMinMillis;
    while (!abandoned.getAsBoolean()) {
      ExecutionCommand next = attempt(command, metadata);
      if (next == null) {
        return;
      }
      if (next.equals(command)) {
        if (closed.get() || !pause(wait)) {
          LOG.warn(
              "Result was not committed before the process ended; the attempt will be repeated."
                  + " executionId={}",
              command.executionId());
          return;
        }
        wait = Math.min(backoffMaxMillis, wait * 2);
      }
      command = next;
    }
  }

  /** Returns null when settled, else what to send next: the same again, or a failure instead. */
  private @Nullable ExecutionCommand attempt(ExecutionCommand command, CommandMetadata metadata) {
    try {
      return switch (commands.send(command, metadata)) {
        case CommandOutcome.Accepted _ -> null;
        case CommandOutcome.Rejected rejected -> afterRejection(command, rejected.rejection());
      };
    } catch (AppendException.Unstorable unstorable) {
      return instead(command, unstorable.code(), Messages.plain(unstorable.getMessage()));
    } catch (AppendException unavailable) {
      LOG.debug("Result could not be committed; it is sent again.", unavailable);
      return command;
    } catch (RuntimeException broken) {
      LOG.error(
          "Result could not be committed because of a fault of the server; it is sent again."
              + " executionId={}",
          command.executionId(),
          broken);
      return command;
    }
  }

  private static @Nullable ExecutionCommand afterRejection(
      ExecutionCommand command, Rejection rejection) {
    if (command instanceof TimeOutAttempt && rejection.code() == RejectionCode.TIMER_NOT_PENDING) {
      // Its deadline has passed here, but not yet where it was decided.
      return command;
    }
    return switch (rejection.code().kind()) {
      case CONFLICT, NOT_FOUND, GONE, PRECONDITION -> {
        LOG.debug("Result was refused: {} executionId={}", rejection, command.executionId());
        yield null;
      }
      case OVERLOADED, UNAVAILABLE, TIMEOUT, BROKEN -> command;
      case MALFORMED, INVALID, TOO_LARGE, UNAUTHENTICATED, METHOD, ACCEPT, MEDIA_TYPE ->
          instead(command, rejection.code().code(), Messages.plain(rejection.detail()));
    };
  }

  /** What cannot be stored as an output fails the attempt: silence would leave the node active. */
  private static @Nullable ExecutionCommand instead(
      ExecutionCommand command, String code, String message) {
    if (command instanceof CompleteTask done) {
      return new FailTask(
          done.executionId(),
          done.path(),
          done.attempt(),
          ErrorInfo.of(code, message),
          false,
          null);
    }
    if (command instanceof FailTask failed && failed.error().details() != null) {
      var bare = ErrorInfo.of(failed.error().code(), failed.error().message());
      return new FailTask(
          failed.executionId(),
          failed.path(),
          failed.attempt(),
          bare,
          failed.retryable(),
          failed.retryAfter());
    }
    LOG.error("Result cannot be recorded: {} executionId={}", code, command.executionId());
    return null;
  }

  private static boolean pause(long millis) {
    try {
      Thread.sleep(millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
      return true;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
