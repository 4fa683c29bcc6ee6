package dev.varve.testkit.log;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * One database of a test.
 *
 * @param name its name on the server
 * @param url its JDBC URL, without credentials
 * @param user a superuser
 * @param password its password
 * @param pool opens connections
 */
public record TestDatabase(String name, String url, String user, String password, DataSource pool) {

  /** Runs statements in one transaction. */
  public void run(String... statements) {
    try (Connection connection = pool.getConnection();
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (String sql : statements) {
        statement.execute(sql);
      }
      connection.commit();
    } catch (SQLException e) {
      throw new IllegalStateException("Refused: " + String.join("; ", statements), e);
    }
  }

  /** Returns the first column of a query as numbers. */
  public List<Long> longs(String sql) {
    try (Connection connection = pool.getConnection();
        var statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      var values = new ArrayList<Long>();
      while (row.next()) {
        values.add(row.getLong(1));
      }
      return values;
    } catch (SQLException e) {
      throw new IllegalStateException("Refused: " + sql, e);
    }
  }

  /** Returns the first column of the first row. */
  public long count(String sql) {
    return longs(sql).getFirst();
  }

  /** Returns the first column of the first row as text. */
  public @Nullable String text(String sql) {
    try (Connection connection = pool.getConnection();
        var statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? row.getString(1) : null;
    } catch (SQLException e) {
      throw new IllegalStateException("Refused: " + sql, e);
    }
  }
}
