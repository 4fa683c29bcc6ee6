package dev.varve.server;

import dev.varve.api.common.TenantId;
import dev.varve.api.log.CommandCommit;
import dev.varve.api.log.CommandMetadata;
import dev.varve.eventstore.axon.LogEventStore;
import dev.varve.eventstore.axon.PostgresTokenStore;
import dev.varve.postgres.StartupException;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.AbstractEventProcessor;
import org.axonframework.eventhandling.EventBus;
import org.axonframework.eventhandling.PropagatingErrorHandler;
import org.axonframework.eventhandling.pooled.PooledStreamingEventProcessor;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Proves, before anything is processed, that Axon got the parts that keep Varve's promises. A wrong
 * part does not fail by itself: a transaction manager that does nothing, or a bus that stores
 * nothing, starts without a word and loses data later. Where a part can be tried, it is tried; what
 * it tries leaves nothing behind.
 *
 * @param bus carries commands
 * @param eventBuses every bus or store of events there is
 * @param transactions opens the transactions of processors
 * @param tokens every token store there is
 * @param projections what the read models and their tokens are written through
 * @param processors every processor there is
 */
record AxonWiring(
    CommandBus bus,
    Collection<EventBus> eventBuses,
    TransactionManager transactions,
    Collection<TokenStore> tokens,
    DataSource projections,
    Collection<PooledStreamingEventProcessor> processors)
    implements SmartInitializingSingleton {
  private static final String PROBE = "varve.wiring-probe";
  private static final String REMEDY =
      "Remove the bean that replaces it; see infra/docs/decisions/0050-axon-wired-by-hand.md.";

  /**
   * Checks every part.
   *
   * @throws StartupException {@code wiring.*}, naming the bean
   */
  @Override
  public void afterSingletonsInstantiated() {
    checkEventStore();
    checkCommandBus();
    checkTransactions();
    checkTokens();
    processors.forEach(this::checkProcessor);
  }

  private void checkEventStore() {
    for (EventBus each : eventBuses) {
      if (!(each instanceof LogEventStore)) {
        throw wrong(
            "event-store",
            "eventStore",
            "is a " + each.getClass().getName() + " and does not store events in the log");
      }
    }
    if (eventBuses.isEmpty()) {
      throw wrong("event-store", "eventStore", "is missing");
    }
  }

  private void checkCommandBus() {
    List<Boolean> transactional = new ArrayList<>();
    @Nullable Throwable refused = null;
    try (var _ = bus.subscribe(PROBE, message -> claimAnEventThatIsNotThere(transactional))) {
      List<Throwable> failures = new ArrayList<>();
      CommandMessage<Object> probe =
          new GenericCommandMessage<>(GenericCommandMessage.asCommandMessage(PROBE), PROBE);
      bus.dispatch(
          probe,
          (_, result) -> {
            if (result.isExceptional()) {
              failures.add(result.exceptionResult());
            }
          });
      refused = failures.isEmpty() ? null : failures.getFirst();
    }
    if (transactional.isEmpty()) {
      throw wrong("command-bus", "commandBus", "did not deliver a command on the caller's thread");
    }
    if (transactional.getFirst()) {
      throw wrong(
          "command-bus", "commandBus", "opens a transaction, which holds a connection per command");
    }
    if (!(refused instanceof IllegalStateException)) {
      throw wrong(
          "command-bus", "commandBus", "has no CommitInterceptor: commands would not be stored");
    }
  }

  /** The interceptor refuses such a unit before it reaches the log; without it nobody notices. */
  private static @Nullable Object claimAnEventThatIsNotThere(List<Boolean> transactional) {
    transactional.add(TransactionSynchronizationManager.isActualTransactionActive());
    UUID id = new UUID(0, 0);
    var metadata = new CommandMetadata(TenantId.DEFAULT, id, null, PROBE, null, null, null);
    var claim = new CommandCommit(id, metadata, 1, List.of(), JsonNodeFactory.instance.nullNode());
    CurrentUnitOfWork.get().root().resources().put(CommandCommit.RESOURCE, List.of(claim));
    return null;
  }

  private void checkTransactions() {
    boolean[] bound = new boolean[1];
    transactions.executeInTransaction(() ->
        bound[0] =
            TransactionSynchronizationManager.isActualTransactionActive()
                && TransactionSynchronizationManager.hasResource(projections));
    if (!bound[0]) {
      throw wrong(
          "transactions",
          "axonTransactions",
          "opens no transaction on projectionPool: read models and tokens would be written apart");
    }
  }

  private void checkTokens() {
    for (TokenStore each : tokens) {
      if (!(each instanceof PostgresTokenStore)) {
        throw wrong("token-store", "tokenStore", "is a " + each.getClass().getName());
      }
      var transaction = transactions.startTransaction();
      try {
        each.initializeTokenSegments(PROBE, 1);
      } finally {
        transaction.rollback();
      }
      if (each.fetchSegments(PROBE).length > 0) {
        each.fetchToken(PROBE, 0);
        each.deleteToken(PROBE, 0);
        throw wrong(
            "token-store",
            "tokenStore",
            "writes outside the transaction of axonTransactions: a rolled back batch would keep"
                + " its token");
      }
    }
    if (tokens.isEmpty()) {
      throw wrong("token-store", "tokenStore", "is missing");
    }
  }

  private void checkProcessor(PooledStreamingEventProcessor processor) {
    String bean = "runningProjections (" + processor.getName() + ")";
    Object handler = read(AbstractEventProcessor.class, "errorHandler", processor);
    if (!(handler instanceof PropagatingErrorHandler)) {
      throw wrong(
          "error-handler",
          bean,
          "handles errors with " + handler + ": an event that fails would be skipped");
    }
    if (!transactions.equals(
        read(PooledStreamingEventProcessor.class, "transactionManager", processor))) {
      throw wrong("transactions", bean, "does not use axonTransactions");
    }
    if (!tokens.contains(read(PooledStreamingEventProcessor.class, "tokenStore", processor))) {
      throw wrong("token-store", bean, "does not use tokenStore");
    }
  }

  // Axon gives no way to ask a processor for its parts, and a processor cannot be tried in advance.
  private static @Nullable Object read(Class<?> type, String field, Object from) {
    try {
      Field declared = type.getDeclaredField(field);
      declared.setAccessible(true);
      return declared.get(from);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "Expected " + type.getName() + " to have the field " + field, e);
    }
  }

  private static StartupException wrong(String part, String bean, String problem) {
    return new StartupException("wiring." + part, "The bean " + bean + " " + problem + ".", REMEDY);
  }
}
