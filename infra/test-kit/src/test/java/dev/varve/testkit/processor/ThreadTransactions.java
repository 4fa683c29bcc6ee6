package dev.varve.testkit.processor;

import dev.varve.eventstore.axon.ConnectionSource;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.axonframework.common.transaction.Transaction;
import org.axonframework.common.transaction.TransactionManager;
import org.jspecify.annotations.Nullable;

/** Transactions on a connection that belongs to the thread while they last. */
public final class ThreadTransactions implements TransactionManager, ConnectionSource {
  private static final ThreadLocal<@Nullable Connection> BOUND = new ThreadLocal<>();
  private final DataSource database;

  /** Takes connections from {@code database}. */
  public ThreadTransactions(DataSource database) {
    this.database = database;
  }

  @Override
  public Transaction startTransaction() {
    try {
      Connection connection = database.getConnection();
      connection.setAutoCommit(false);
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
      end(true);
    }

    @Override
    public void rollback() {
      end(false);
    }

    private void end(boolean keep) {
      BOUND.remove();
      try (connection) {
        if (keep) {
          connection.commit();
        } else {
          connection.rollback();
        }
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
