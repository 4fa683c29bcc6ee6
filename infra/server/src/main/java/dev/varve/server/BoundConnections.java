package dev.varve.server;

import dev.varve.eventstore.axon.ConnectionSource;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.DataSourceUtils;

/**
 * The connection of Spring's transaction on this thread, or one of its own outside a transaction.
 */
record BoundConnections(DataSource pool) implements ConnectionSource {
  @Override
  public <T extends @Nullable Object> T with(Work<T> work) throws SQLException {
    Connection connection = DataSourceUtils.getConnection(pool);
    try {
      return work.apply(connection);
    } finally {
      DataSourceUtils.releaseConnection(connection, pool);
    }
  }
}
