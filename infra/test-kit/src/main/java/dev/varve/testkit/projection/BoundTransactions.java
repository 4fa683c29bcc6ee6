package dev.varve.testkit.projection;

import dev.varve.eventstore.axon.ConnectionSource;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.axonframework.common.transaction.Transaction;
import org.axonframework.common.transaction.TransactionManager;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.DefaultTransactionDefinition;

/** Transactions bound to the thread, as in the server: token and rows are written in one. */
final class BoundTransactions implements TransactionManager, ConnectionSource {
  private final DataSource dataSource;
  private final DataSourceTransactionManager manager;

  BoundTransactions(DataSource dataSource) {
    this.dataSource = dataSource;
    this.manager = new DataSourceTransactionManager(dataSource);
  }

  @Override
  public Transaction startTransaction() {
    TransactionStatus status = manager.getTransaction(new DefaultTransactionDefinition());
    return new Transaction() {
      @Override
      public void commit() {
        manager.commit(status);
      }

      @Override
      public void rollback() {
        manager.rollback(status);
      }
    };
  }

  @Override
  public <T extends @Nullable Object> T with(Work<T> work) throws SQLException {
    Connection connection = DataSourceUtils.getConnection(dataSource);
    try {
      return work.apply(connection);
    } finally {
      DataSourceUtils.releaseConnection(connection, dataSource);
    }
  }
}
