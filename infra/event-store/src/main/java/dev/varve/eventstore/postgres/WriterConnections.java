package dev.varve.eventstore.postgres;

import dev.varve.eventstore.EventLogSettings;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Opens the connections that the log keeps for itself: one per writer, one to announce, one to
 * listen.
 */
@FunctionalInterface
public interface WriterConnections {
  /**
   * Opens a connection.
   *
   * @param purpose shown as the application's name in the database
   */
  Connection open(String purpose) throws SQLException;

  /**
   * Returns connections that step down to {@code role} before they are used; the same ones when it
   * is null.
   *
   * @param role a plain name that the user who logs in is a member of
   */
  default WriterConnections as(@Nullable String role) {
    if (role == null) {
      return this;
    }
    return purpose -> {
      Connection connection = open(purpose);
      try (var statement = connection.createStatement()) {
        statement.execute("set role " + role);
        return connection;
      } catch (SQLException e) {
        connection.close();
        throw e;
      }
    };
  }

  /**
   * Returns connections that bypass any pool, with the timeouts of {@code settings}.
   *
   * <p>Timeouts are given in the start-up packet, so they hold from the first statement on and
   * nothing has to be set per transaction; a proxy that pools transactions must pass them on.
   */
  static WriterConnections direct(
      String jdbcUrl, String user, String password, EventLogSettings.Timeouts timeouts) {
    return purpose -> {
      var properties = new Properties();
      properties.setProperty("user", user);
      properties.setProperty("password", password);
      properties.setProperty("ApplicationName", purpose);
      properties.setProperty("prepareThreshold", "1");
      properties.setProperty("binaryTransferEnable", BinaryArray.OIDS);
      properties.setProperty("tcpKeepAlive", "true");
      properties.setProperty("connectTimeout", seconds(timeouts.statement().toMillis()));
      properties.setProperty("loginTimeout", seconds(timeouts.statement().toMillis()));
      properties.setProperty("socketTimeout", seconds(timeouts.socket().toMillis()));
      properties.setProperty(
          "options",
          "-c lock_timeout="
              + timeouts.lock().toMillis()
              + " -c statement_timeout="
              + timeouts.statement().toMillis()
              + " -c idle_in_transaction_session_timeout="
              + timeouts.lock().toMillis()
              + " -c synchronous_commit=on -c jit=off");
      return DriverManager.getConnection(jdbcUrl, properties);
    };
  }

  private static String seconds(long millis) {
    return Long.toString(Math.max(1, (millis + 999) / 1_000));
  }
}
