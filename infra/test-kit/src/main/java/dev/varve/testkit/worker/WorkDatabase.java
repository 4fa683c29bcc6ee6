package dev.varve.testkit.worker;

import dev.varve.postgres.EphemeralPostgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.postgresql.ds.PGSimpleDataSource;

/** A fresh database of the shared server, with the schema {@code work}. */
public final class WorkDatabase {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final PGSimpleDataSource dataSource = new PGSimpleDataSource();
  private final String url;

  /** Creates the database and its tables. */
  public WorkDatabase() {
    EphemeralPostgres server = EphemeralPostgres.shared();
    url = server.createDatabase("work_" + NUMBER.incrementAndGet());
    dataSource.setUrl(url);
    dataSource.setUser(server.user());
    dataSource.setPassword(server.password());
    Flyway.configure()
        .dataSource(dataSource)
        .schemas("work")
        .locations("classpath:db/work")
        .load()
        .migrate();
  }

  /** Returns connections to it; not pooled. */
  public DataSource dataSource() {
    return dataSource;
  }

  /** Returns its JDBC URL, without credentials. */
  public String url() {
    return url;
  }

  /** Returns the user that owns it. */
  public String user() {
    return EphemeralPostgres.shared().user();
  }

  /** Returns that user's password. */
  public String password() {
    return EphemeralPostgres.shared().password();
  }

  /** Runs a statement; the parameters are bound as objects. */
  public void run(String sql, Object... parameters) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, parameters);
      boolean _ = statement.execute();
    }
  }

  /** Returns the rows of a query, each as text with {@code |} between columns. */
  public List<String> rows(String sql, Object... parameters) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, parameters);
      try (ResultSet found = statement.executeQuery()) {
        var rows = new ArrayList<String>();
        int columns = found.getMetaData().getColumnCount();
        while (found.next()) {
          var row = new ArrayList<String>();
          for (int i = 1; i <= columns; i++) {
            row.add(String.valueOf(found.getString(i)));
          }
          rows.add(String.join("|", row));
        }
        return rows;
      }
    }
  }

  private static void bind(PreparedStatement statement, Object... parameters) throws SQLException {
    for (int i = 0; i < parameters.length; i++) {
      statement.setObject(i + 1, parameters[i]);
    }
  }
}
