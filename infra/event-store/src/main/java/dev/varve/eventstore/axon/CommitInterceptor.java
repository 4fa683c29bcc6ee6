package dev.varve.eventstore.axon;

import dev.varve.api.log.AppendException;
import dev.varve.api.log.CommandCommit;
import dev.varve.api.log.StreamIds;
import dev.varve.eventstore.AppendUnit;
import dev.varve.eventstore.EventLog;
import dev.varve.eventstore.NewEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.messaging.InterceptorChain;
import org.axonframework.messaging.MessageHandlerInterceptor;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.jspecify.annotations.Nullable;

/**
 * Commits a command's unit of work to the log: once, in the root unit of work's COMMIT phase,
 * whatever events and {@link CommandCommit}s have gathered, and waits until that is durable. A unit
 * without events but with a commit is appended too, since it may carry a receipt. Whatever the log
 * answers leaves the unit of work as the {@link AppendException} it is, and rolls it back, which
 * evicts the aggregate from the cache.
 */
public final class CommitInterceptor implements MessageHandlerInterceptor<CommandMessage<?>> {
  private final EventLog log;
  private final long waitMillis;

  /**
   * Makes an interceptor.
   *
   * @param log where units are appended
   * @param wait longest wait for an answer; the log itself answers within its own, shorter limits
   */
  public CommitInterceptor(EventLog log, Duration wait) {
    this.log = log;
    this.waitMillis = wait.toMillis();
  }

  @Override
  public @Nullable Object handle(
      UnitOfWork<? extends CommandMessage<?>> unitOfWork, InterceptorChain chain) throws Exception {
    if (unitOfWork.isRoot()) {
      unitOfWork.onCommit(this::flush);
    }
    return chain.proceed();
  }

  private void flush(UnitOfWork<?> root) {
    List<CommandCommit> commits = LogEventStore.commitsOf(root);
    List<DomainEventMessage<?>> messages = LogEventStore.pendingOf(root);
    int claimed = 0;
    for (CommandCommit commit : commits) {
      claimed += commit.eventCount();
    }
    if (claimed != messages.size()) {
      throw new IllegalStateException(
          "Expected every event to belong to a command, but commands claim "
              + claimed
              + " of "
              + messages.size());
    }
    if (!commits.isEmpty()) {
      append(unitOf(commits, messages));
    }
  }

  private static AppendUnit unitOf(
      List<CommandCommit> commits, List<DomainEventMessage<?>> messages) {
    var events = new ArrayList<NewEvent>(messages.size());
    int next = 0;
    for (CommandCommit commit : commits) {
      for (int i = 0; i < commit.eventCount(); i++) {
        DomainEventMessage<?> message = messages.get(next++);
        events.add(
            new NewEvent(
                commit.streamId(),
                message.getType(),
                message.getSequenceNumber(),
                UUID.fromString(message.getIdentifier()),
                message.getPayload()));
      }
    }
    int partition = StreamIds.partitionOf(commits.getFirst().streamId());
    return new AppendUnit(partition, commits, events);
  }

  /**
   * Does not give up when interrupted: whether the unit is committed would then be unknown to all
   * its senders.
   */
  private void append(AppendUnit unit) {
    CompletableFuture<?> answer = log.append(unit);
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          answer.get(until - System.nanoTime(), TimeUnit.NANOSECONDS);
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AppendException known) {
        throw known;
      }
      throw new AppendException.OutcomeUnknown("The log failed unexpectedly", e.getCause());
    } catch (TimeoutException e) {
      throw new AppendException.OutcomeUnknown("The log gave no answer in time", e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
