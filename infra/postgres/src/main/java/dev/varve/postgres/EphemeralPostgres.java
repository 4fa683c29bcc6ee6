package dev.varve.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A throw-away server in a temporary directory that is deleted on closing. Its settings are those
 * of the durable one, fsync included, so that a test sees what a user gets.
 */
public final class EphemeralPostgres implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EphemeralPostgres.class);
  private static final String PREFIX = "varve-ephemeral-";
  private static final Duration YOUNG = Duration.ofMinutes(2);
  private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]{0,62}");

  private final EmbeddedPostgres server;
  private final Path directory;

  private EphemeralPostgres(EmbeddedPostgres server, Path directory) {
    this.server = server;
    this.directory = directory;
  }

  /**
   * Starts a bundled server on a free port; it also ends with the JVM.
   *
   * @return the running server
   */
  public static EphemeralPostgres start() {
    return start(UnaryOperator.identity());
  }

  /**
   * Starts a server with options of its own; it also ends with the JVM.
   *
   * @param change changes the default options, the directory aside
   * @return the running server
   */
  public static EphemeralPostgres start(UnaryOperator<EmbeddedPostgres.Options> change) {
    EphemeralPostgres started = open(change);
    Runtime.getRuntime().addShutdownHook(new Thread(started::close, "varve-ephemeral-delete"));
    return started;
  }

  /**
   * The one server that all tests of this JVM share; never close it. Take a database of your own
   * with {@link #createDatabase}.
   *
   * @return a server with 200 connections, started by the first caller
   */
  public static EphemeralPostgres shared() {
    return Shared.SERVER;
  }

  private static final class Shared {
    static final EphemeralPostgres SERVER =
        start(options -> options.withParameter("max_connections", "200"));
  }

  /** Starts a server whose closing is left to the caller alone. */
  static EphemeralPostgres open(UnaryOperator<EmbeddedPostgres.Options> change) {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    try {
      deleteAbandoned(temporary);
      Path directory = Files.createTempDirectory(temporary, PREFIX);
      try {
        EmbeddedPostgres.Options options = EmbeddedPostgres.Options.in(directory);
        return new EphemeralPostgres(EmbeddedPostgres.start(change.apply(options)), directory);
      } catch (RuntimeException e) {
        FileTrees.delete(directory);
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes what killed JVMs left: directories of ours that nobody holds the lock of. */
  private static void deleteAbandoned(Path temporary) throws IOException {
    try (DirectoryStream<Path> candidates = Files.newDirectoryStream(temporary, PREFIX + "*")) {
      for (Path candidate : candidates) {
        if (isAbandoned(candidate)) {
          FileTrees.delete(candidate);
        }
      }
    }
  }

  private static boolean isAbandoned(Path candidate) {
    Path lock = candidate.resolve("lock");
    try {
      // A young lock file may belong to a JVM that has made it and is about to lock it.
      Instant young = Instant.now().minus(YOUNG);
      return Files.getLastModifiedTime(lock).toInstant().isBefore(young)
          && DirectoryLock.isFree(candidate)
          && ServerProcesses.workingIn(candidate.resolve("data")).isEmpty();
    } catch (IOException | UncheckedIOException e) {
      return false;
    }
  }

  /**
   * Creates an empty database.
   *
   * @param name lower-case letters, digits and underscores; must be new
   * @return its JDBC URL, without credentials
   */
  public String createDatabase(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("Expected a plain lower-case name, but got " + name);
    }
    try (Connection connection =
            DriverManager.getConnection(server.jdbcUrl("postgres"), user(), password());
        Statement statement = connection.createStatement()) {
      statement.execute("create database " + name);
      return server.jdbcUrl(name);
    } catch (SQLException e) {
      throw new IllegalStateException("database " + name + " cannot be created", e);
    }
  }

  /**
   * JDBC URL of the database {@code varve}.
   *
   * @return the URL, without credentials
   */
  public String jdbcUrl() {
    return server.jdbcUrl();
  }

  /**
   * The superuser.
   *
   * @return a role name
   */
  public String user() {
    return server.user();
  }

  /**
   * The superuser's password.
   *
   * @return the password
   */
  public String password() {
    return server.password();
  }

  /**
   * The server underneath.
   *
   * @return the server; close this object, not that one
   */
  public EmbeddedPostgres server() {
    return server;
  }

  /** Stops the server and deletes its directory; a second call does nothing. */
  @Override
  public void close() {
    server.close();
    try {
      FileTrees.delete(directory);
    } catch (IOException e) {
      LOG.atWarn().setCause(e).addKeyValue("directory", directory).log("Not deleted");
    }
  }
}
