package dev.varve.benchmarks;

import dev.varve.api.log.RecordedEvent;
import dev.varve.eventstore.axon.ConnectionSource;
import dev.varve.eventstore.axon.PostgresTokenStore;
import dev.varve.eventstore.axon.ProcessorSettings;
import dev.varve.eventstore.axon.ProjectionProcessors;
import dev.varve.eventstore.postgres.PostgresEventLog;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.axonframework.common.transaction.Transaction;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.EventHandlerInvoker;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.Segment;
import org.axonframework.eventhandling.pooled.PooledStreamingEventProcessor;
import org.jspecify.annotations.Nullable;

/**
 * Processors that follow the log, store their tokens and do nothing with the events: the floor
 * under projections.
 */
final class Followers implements AutoCloseable {
  private final ProjectionProcessors processors;
  private final List<PooledStreamingEventProcessor> running = new ArrayList<>();
  private final List<Counter> counters = new ArrayList<>();

  private Followers(PostgresEventLog log, DataSource database) {
    var transactions = new Transactions(database);
    this.processors =
        new ProjectionProcessors(
            log,
            transactions,
            new PostgresTokenStore(
                transactions, "bench-1", ProcessorSettings.DEFAULT.claimTimeout()),
            ProcessorSettings.DEFAULT);
  }

  static Followers start(PostgresEventLog log, DataSource database, String name, int count) {
    var followers = new Followers(log, database);
    for (int i = 0; i < count; i++) {
      var counter = new Counter();
      followers.counters.add(counter);
      var processor = followers.processors.build(name + "-" + i, 0, counter);
      followers.running.add(processor);
      processor.start();
    }
    return followers;
  }

  int count() {
    return counters.size();
  }

  /** Returns how long it takes from now until all have seen {@code position}. */
  double catchUpSeconds(long position) {
    long start = System.nanoTime();
    for (Counter counter : counters) {
      while (counter.position < position) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
      }
    }
    return (System.nanoTime() - start) / 1e9;
  }

  @Override
  public void close() {
    running.forEach(PooledStreamingEventProcessor::shutDown);
    processors.close();
  }

  private static final class Counter implements EventHandlerInvoker {
    private volatile long position;

    @Override
    public boolean canHandle(EventMessage<?> message, Segment segment) {
      return true;
    }

    @Override
    public void handle(EventMessage<?> message, Segment segment) {
      position = ((RecordedEvent) message).position().position();
    }
  }

  /** Transactions on a connection that is bound to the thread. */
  private static final class Transactions implements TransactionManager, ConnectionSource {
    private static final ThreadLocal<@Nullable Connection> BOUND = new ThreadLocal<>();
    private static final ThreadLocal<@Nullable Connection> KEPT = new ThreadLocal<>();
    private final DataSource database;

    Transactions(DataSource database) {
      this.database = database;
    }

    @Override
    public Transaction startTransaction() {
      try {
        Connection connection = KEPT.get();
        if (connection == null) {
          connection = database.getConnection();
          connection.setAutoCommit(false);
          KEPT.set(connection);
        }
        BOUND.set(connection);
        return new Bound(connection);
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public <T extends @Nullable Object> T with(Work<T> work) throws SQLException {
      Connection connection = BOUND.get();
      if (connection == null) {
        throw new IllegalStateException("Expected a transaction on this thread");
      }
      return work.apply(connection);
    }

    private static final class Bound implements Transaction {
      private final Connection connection;

      Bound(Connection connection) {
        this.connection = connection;
      }

      @Override
      public void commit() {
        end(Connection::commit);
      }

      @Override
      public void rollback() {
        end(Connection::rollback);
      }

      private void end(End end) {
        BOUND.remove();
        try {
          end.apply(connection);
        } catch (SQLException e) {
          throw new IllegalStateException(e);
        }
      }
    }

    @FunctionalInterface
    private interface End {
      void apply(Connection connection) throws SQLException;
    }
  }
}
