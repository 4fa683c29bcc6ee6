package dev.varve.eventstore.axon;

import dev.varve.api.log.AppendException;
import dev.varve.api.log.CommandCommit;
import dev.varve.api.log.Committed;
import dev.varve.api.log.StreamIds;
import dev.varve.eventstore.AppendUnit;
import dev.varve.eventstore.EventLog;
import dev.varve.eventstore.NewEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
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

  /** Makes an interceptor that waits as long as the log takes, which has limits of its own. */
  public CommitInterceptor(EventLog log) {
    this(log, Duration.ZERO);
  }

  /**
   * Makes an interceptor with a limit of its own; it costs every command a timer.
   *
   * @param log where units are appended
   * @param wait longest wait for an answer, longer than the log's own limits; zero for none
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
    CompletableFuture<List<Committed>> answer = log.append(unit);
    if (waitMillis > 0) {
      answer = answer.orTimeout(waitMillis, TimeUnit.MILLISECONDS);
    }
    try {
      answer.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof AppendException known) {
        throw known;
      }
      throw new AppendException.OutcomeUnknown("The log failed or gave no answer", e.getCause());
    }
  }
}
