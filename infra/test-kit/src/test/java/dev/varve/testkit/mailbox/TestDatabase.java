package dev.varve.testkit.mailbox;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.varve.eventstore.schema.SchemaMigrations;
import dev.varve.postgres.EphemeralPostgres;
import java.sql.SQLException;
import java.util.UUID;
import javax.sql.DataSource;

/** A database of its own on the shared server, with the schema of the log. */
final class TestDatabase implements AutoCloseable {
  private final String url;
  private final HikariDataSource source;

  TestDatabase() {
    EphemeralPostgres server = EphemeralPostgres.shared();
    this.url = server.createDatabase("mailbox_" + UUID.randomUUID().toString().replace("-", "_"));
    var config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setUsername(server.user());
    config.setPassword(server.password());
    config.setMaximumPoolSize(8);
    this.source = new HikariDataSource(config);
    SchemaMigrations.EVENT_STORE.migrate(source);
  }

  DataSource source() {
    return source;
  }

  String url() {
    return url;
  }

  String user() {
    return EphemeralPostgres.shared().user();
  }

  String password() {
    return EphemeralPostgres.shared().password();
  }

  /** Counts with a query that gives one number. */
  long count(String sql) throws SQLException {
    try (var connection = source.getConnection();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  @Override
  public void close() {
    source.close();
  }
}
