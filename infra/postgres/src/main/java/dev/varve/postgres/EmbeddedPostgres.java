package dev.varve.postgres;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real PostgreSQL server as a child process of this JVM, on the loopback address only, durable:
 * what was committed survives restarts and the killing of the JVM, the server or both.
 *
 * <p>For one node, evaluation and development: no TLS, no remote access, no standby. The server is
 * started again if it ends unexpectedly, and it stops when the JVM ends, however that happens.
 */
public final class EmbeddedPostgres implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);
  private static final String DATABASE = "varve";

  private final Options options;
  private final DirectoryLock lock;
  private final Supervisor supervisor;
  private final Access access;

  private record Access(int port, String password, String version) {}

  /**
   * What to start.
   *
   * @param directory holds the data, the password and the log; made when absent
   * @param binaries the server programs
   * @param port TCP port, 0 for any free one
   * @param parameters server parameters that differ from Varve's defaults, such as {@code
   *     max_connections}
   * @param cache where archives are unpacked; may be shared by several JVMs
   * @param startLimit how long one start may take, recovery after a crash included
   */
  public record Options(
      Path directory,
      PostgresBinaries binaries,
      int port,
      Map<String, String> parameters,
      Path cache,
      Duration startLimit) {

    /** Checks the port and copies the parameters. */
    public Options {
      if (port < 0 || port > 65_535) {
        throw new IllegalArgumentException("Expected a port from 0 to 65535, but got " + port);
      }
      parameters = Map.copyOf(parameters);
    }

    /**
     * The bundled server on a free port.
     *
     * @param directory holds the data, the password and the log
     * @return options with defaults for everything else
     */
    public static Options in(Path directory) {
      return new Options(
          directory,
          PostgresBinaries.bundled(),
          0,
          Map.of(),
          defaultCache(),
          Duration.ofMinutes(5));
    }

    /**
     * The same with other binaries.
     *
     * @param other the server programs
     * @return new options
     */
    public Options withBinaries(PostgresBinaries other) {
      return new Options(directory, other, port, parameters, cache, startLimit);
    }

    /**
     * The same on a given port.
     *
     * @param other TCP port, 0 for any free one
     * @return new options
     */
    public Options withPort(int other) {
      return new Options(directory, binaries, other, parameters, cache, startLimit);
    }

    /**
     * The same with one more server parameter.
     *
     * @param name as in PostgreSQL's documentation
     * @param value its value
     * @return new options
     */
    public Options withParameter(String name, String value) {
      Map<String, String> more = new LinkedHashMap<>(parameters);
      more.put(name, value);
      return new Options(directory, binaries, port, more, cache, startLimit);
    }

    /**
     * The same with another cache.
     *
     * @param other where archives are unpacked
     * @return new options
     */
    public Options withCache(Path other) {
      return new Options(directory, binaries, port, parameters, other, startLimit);
    }

    /**
     * This user's cache: {@code VARVE_CACHE_DIR}, else {@code varve} in {@code XDG_CACHE_HOME} or
     * {@code ~/.cache}.
     *
     * @return a directory that may not exist yet
     */
    public static Path defaultCache() {
      String own = System.getenv("VARVE_CACHE_DIR");
      if (own != null && !own.isBlank()) {
        return Path.of(own);
      }
      String shared = System.getenv("XDG_CACHE_HOME");
      return shared != null && !shared.isBlank()
          ? Path.of(shared, "varve")
          : Path.of(System.getProperty("user.home", "."), ".cache", "varve");
    }
  }

  private EmbeddedPostgres(
      Options options, DirectoryLock lock, Supervisor supervisor, Access access) {
    this.options = options;
    this.lock = lock;
    this.supervisor = supervisor;
    this.access = access;
  }

  /**
   * Starts a server and waits until it accepts connections.
   *
   * @param options what to start
   * @return the running server
   * @throws StartupException when the directory is in use or of another major version, the port is
   *     taken, or the server cannot run here
   */
  public static EmbeddedPostgres start(Options options) {
    long begin = System.nanoTime();
    Path home = options.directory().toAbsolutePath().normalize();
    try {
      FileTrees.createPrivateDirectory(home);
    } catch (IOException e) {
      throw unusable(home, e);
    }
    DirectoryLock lock = DirectoryLock.acquire(home);
    try {
      EmbeddedPostgres server = startLocked(options, home, lock);
      LOG.atInfo()
          .addKeyValue("version", server.version())
          .addKeyValue("directory", home)
          .addKeyValue("port", server.port())
          .addKeyValue("pid", server.pid())
          .addKeyValue("millis", (System.nanoTime() - begin) / 1_000_000)
          .log("Embedded PostgreSQL is ready (for one node)");
      return server;
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    } catch (IOException e) {
      lock.close();
      throw unusable(home, e);
    }
  }

  private static EmbeddedPostgres startLocked(Options options, Path home, DirectoryLock lock)
      throws IOException {
    Privileges privileges = Privileges.detect();
    Path bin = options.binaries().binDirectory(privileges.reachableCache(options.cache()));
    Cluster cluster = new Cluster(home.toRealPath(), bin, privileges);
    String version = cluster.version();
    String password = cluster.prepare(version);
    Supervisor supervisor =
        new Supervisor(
            cluster,
            port -> serverCommand(cluster, options, port),
            options.port(),
            options.startLimit());
    try {
      Access access = new Access(supervisor.start(), password, version);
      EmbeddedPostgres server = new EmbeddedPostgres(options, lock, supervisor, access);
      server.createDatabaseIfAbsent();
      if (!privileges.diesWithParent()) {
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "varve-postgres-stop"));
      }
      return server;
    } catch (RuntimeException e) {
      supervisor.stop();
      throw e;
    }
  }

  private static List<String> serverCommand(Cluster cluster, Options options, int port) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("listen_addresses", "127.0.0.1");
    parameters.put("unix_socket_directories", "");
    parameters.put("max_connections", "100");
    parameters.put("shared_buffers", "128MB");
    parameters.put("jit", "off");
    parameters.put("timezone", "UTC");
    parameters.put("log_timezone", "UTC");
    parameters.put("cluster_name", "varve");
    if (!(options.binaries() instanceof PostgresBinaries.Installed)) {
      parameters.put("shared_preload_libraries", "pg_stat_statements");
    }
    parameters.putAll(options.parameters());
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("-D", cluster.data().toString(), "-p", Integer.toString(port)));
    parameters.forEach((name, value) -> arguments.addAll(List.of("-c", name + "=" + value)));
    return cluster.program("postgres", arguments);
  }

  private void createDatabaseIfAbsent() {
    try (Connection connection =
            DriverManager.getConnection(jdbcUrl("postgres"), user(), password());
        Statement statement = connection.createStatement()) {
      boolean absent;
      try (var rows =
          statement.executeQuery("select 1 from pg_database where datname = '" + DATABASE + "'")) {
        absent = !rows.next();
      }
      if (absent) {
        statement.execute("create database " + DATABASE);
      }
    } catch (SQLException e) {
      throw new StartupException(
          "storage.start-failed",
          "The embedded PostgreSQL in "
              + options.directory()
              + " refused its own role: "
              + e.getMessage()
              + ".",
          "Put back the password file that belongs to this data.",
          e);
    }
  }

  private static StartupException unusable(Path home, IOException e) {
    return new StartupException(
        "storage.directory-unusable",
        "The data directory " + home + " cannot be used: " + e + ".",
        "Make it writable for this user on a local disk, or set VARVE_DATA_DIR to another one.",
        e);
  }

  /**
   * Process id of the server's main process; another one after a restart.
   *
   * @return the id, -1 while there is none
   */
  public long pid() {
    return supervisor.pid();
  }

  /**
   * How often the server had to be started again since {@link #start}.
   *
   * @return a count, 0 in a quiet life
   */
  public int restarts() {
    return supervisor.restarts();
  }

  /**
   * The port on 127.0.0.1; the same for the whole life of this object.
   *
   * @return a TCP port
   */
  public int port() {
    return access.port();
  }

  /**
   * JDBC URL of the database {@code varve}, without credentials.
   *
   * @return the URL
   */
  public String jdbcUrl() {
    return jdbcUrl(DATABASE);
  }

  /**
   * JDBC URL of any database of this server, without credentials.
   *
   * @param database its name
   * @return the URL
   */
  public String jdbcUrl(String database) {
    return "jdbc:postgresql://127.0.0.1:" + access.port() + "/" + database;
  }

  /**
   * The role that owns everything.
   *
   * @return a role name
   */
  public String user() {
    return Cluster.USER;
  }

  /**
   * The role's password, generated at the first start.
   *
   * @return the password; never log it
   */
  public String password() {
    return access.password();
  }

  /**
   * Version of the server.
   *
   * @return such as {@code 18.6}
   */
  public String version() {
    return access.version();
  }

  /**
   * The directory that holds the data, the password and the log.
   *
   * @return the directory as it was given
   */
  public Path directory() {
    return options.directory();
  }

  /** Stops the server, waiting up to 20 s for open work, and frees the directory. */
  @Override
  public void close() {
    supervisor.stop();
    lock.close();
  }
}
