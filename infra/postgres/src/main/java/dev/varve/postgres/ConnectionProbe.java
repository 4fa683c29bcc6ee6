package dev.varve.postgres;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The first connection, and what a failed one means for the person who reads it. */
final class ConnectionProbe {

  /** Oldest supported server: {@code server_version_num} of PostgreSQL 14. */
  private static final int OLDEST = 140_000;

  private static final Duration STARTING_LIMIT = Duration.ofSeconds(30);

  private ConnectionProbe() {}

  /**
   * Connects; waits up to 30 s for a server that says it is starting or recovering.
   *
   * @param access where and as whom
   * @return an open connection
   * @throws StartupException with the reason in plain words
   */
  static Connection connect(PostgresAccess access) {
    Properties login = new Properties();
    login.setProperty("user", access.user());
    if (!access.password().isEmpty()) {
      login.setProperty("password", access.password());
    }
    long end = System.nanoTime() + STARTING_LIMIT.toNanos();
    while (true) {
      try {
        return DriverManager.getConnection(access.jdbcUrl(), login);
      } catch (SQLException e) {
        if (!"57P03".equals(e.getSQLState()) || System.nanoTime() > end) {
          throw explain(e, access);
        }
        LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
      }
    }
  }

  /**
   * Checks version and privileges.
   *
   * @param connection to the server in question
   * @throws StartupException {@code storage.server-too-old} or {@code storage.privilege-missing}
   */
  static void checkServer(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                """
                select current_setting('server_version_num')::int, current_setting('server_version'),
                       has_database_privilege(current_database(), 'CREATE'),
                       quote_ident(current_database()), quote_ident(current_user)
                """)) {
      row.next();
      checkVersion(row.getInt(1), row.getString(2));
      if (!row.getBoolean(3)) {
        String database = row.getString(4);
        String role = row.getString(5);
        throw new StartupException(
            "storage.privilege-missing",
            "The role " + role + " may not create schemas in the database " + database + ".",
            "As a superuser: grant create on database " + database + " to " + role + ";");
      }
    }
  }

  static void checkVersion(int number, String text) {
    if (number < OLDEST) {
      throw new StartupException(
          "storage.server-too-old",
          "The server is PostgreSQL " + text + ", but Varve needs 14 or newer.",
          "Upgrade the server, or point DATABASE_URL to a newer one.");
    }
  }

  /** Turns the driver's failure into a refusal with a remedy. */
  static StartupException explain(SQLException e, PostgresAccess access) {
    String where = access.user() + " at " + withoutParameters(access.jdbcUrl());
    StartupException network = network(e, where);
    if (network != null) {
      return network;
    }
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    String said = String.valueOf(e.getMessage());
    String lower = said.toLowerCase(Locale.ROOT);
    if (has(e, SSLException.class)
        || lower.contains("ssl root certificate")
        || lower.contains("could not be verified by hostnameverifier")) {
      return refuse(
          e,
          "storage.tls-failed",
          "TLS with " + where + " failed: " + deepest(e),
          "Check sslmode and sslrootcert in DATABASE_URL, or VARVE_DATABASE_SSLMODE and"
              + " VARVE_DATABASE_SSLROOTCERT; verify-full also compares the host name.");
    }
    if (lower.contains("does not support ssl")) {
      return refuse(
          e,
          "storage.tls-not-offered",
          "The server offers no TLS: " + where,
          "Turn on ssl in the server, or choose sslmode=prefer or disable on a trusted network.");
    }
    if (state.equals("28000") && lower.contains("pg_hba.conf")) {
      return hostRules(e, where, said, lower);
    }
    if (state.startsWith("28")
        || lower.contains("no password was provided")
        || lower.contains("password-based authentication")) {
      return refuse(
          e,
          "storage.authentication-failed",
          "Login failed for " + where + ": " + said,
          "Check user and password in DATABASE_URL, or VARVE_DATABASE_USER and"
              + " VARVE_DATABASE_PASSWORD.");
    }
    return byState(e, access, where, state);
  }

  private static StartupException byState(
      SQLException e, PostgresAccess access, String where, String state) {
    return switch (state) {
      case "3D000" ->
          refuse(
              e,
              "storage.database-missing",
              "The database does not exist: " + where,
              "As a superuser: create database ... owner "
                  + access.user()
                  + ";, or correct the name in DATABASE_URL or VARVE_DATABASE_NAME.");
      case "42501" ->
          refuse(
              e,
              "storage.privilege-missing",
              "A privilege is missing for " + where + ": " + e.getMessage(),
              "As a superuser: grant connect, create on database ... to " + access.user() + ";");
      case "53300" ->
          refuse(
              e,
              "storage.too-many-connections",
              "The server has no free connection: " + where,
              "Raise max_connections there, or lower VARVE_DATABASE_POOL_SIZE.");
      default ->
          refuse(
              e,
              "storage.connection-failed",
              "No connection for " + where + ": " + deepest(e),
              "Check that DATABASE_URL names a PostgreSQL server that this machine can reach.");
    };
  }

  private static StartupException hostRules(
      SQLException e, String where, String said, String lower) {
    if (lower.contains("no encryption") || lower.contains("ssl off")) {
      return refuse(
          e,
          "storage.tls-required",
          "The server wants TLS: " + said,
          "Set sslmode=require (better: verify-full) in DATABASE_URL or VARVE_DATABASE_SSLMODE.");
    }
    return refuse(
        e,
        "storage.access-denied",
        "The server's rules do not let in " + where + ": " + said,
        "Allow this user, database and address in the server's pg_hba.conf.");
  }

  private static @Nullable StartupException network(SQLException e, String where) {
    if (has(e, UnknownHostException.class)) {
      return refuse(
          e,
          "storage.unknown-host",
          "The host name is unknown: " + where,
          "Correct the host in DATABASE_URL or VARVE_DATABASE_HOST.");
    }
    if (has(e, NoRouteToHostException.class)) {
      return refuse(
          e,
          "storage.unreachable",
          "There is no route to the host: " + where,
          "Check network and firewall, and the host in DATABASE_URL or VARVE_DATABASE_HOST.");
    }
    if (has(e, ConnectException.class)) {
      return refuse(
          e,
          "storage.connection-refused",
          "Nothing listens there: " + where,
          "Start the server, or correct host and port in DATABASE_URL or VARVE_DATABASE_HOST and"
              + " VARVE_DATABASE_PORT; VARVE_STORAGE=embedded needs no server.");
    }
    if (has(e, SocketTimeoutException.class)
        || String.valueOf(e.getMessage()).contains("attempt timed out")) {
      return refuse(
          e,
          "storage.connection-timeout",
          "The server does not answer: " + where,
          "Check network and firewall, or raise VARVE_DATABASE_CONNECT_TIMEOUT (seconds).");
    }
    return null;
  }

  private static StartupException refuse(
      SQLException cause, String code, String problem, String remedy) {
    return new StartupException(
        code, problem.endsWith(".") ? problem : problem + ".", remedy, cause);
  }

  private static boolean has(Throwable failure, Class<? extends IOException> type) {
    for (Throwable one = failure; one != null; one = one.getCause()) {
      if (type.isInstance(one)) {
        return true;
      }
    }
    return false;
  }

  private static String deepest(Throwable failure) {
    Throwable one = failure;
    while (one.getCause() != null) {
      one = one.getCause();
    }
    return String.valueOf(one.getMessage());
  }

  private static String withoutParameters(String url) {
    int question = url.indexOf('?');
    return question < 0 ? url : url.substring(0, question);
  }
}
