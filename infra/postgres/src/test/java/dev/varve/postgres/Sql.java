package dev.varve.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** One statement on a connection of its own. */
record Sql(String url, String user, String password) {

  static Sql on(EmbeddedPostgres server) {
    return new Sql(server.jdbcUrl(), server.user(), server.password());
  }

  Connection open() throws SQLException {
    return DriverManager.getConnection(url, user, password);
  }

  void run(String... statements) throws SQLException {
    try (Connection connection = open();
        var statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  String ask(String sql) throws SQLException {
    try (Connection connection = open();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
