package dev.varve.server.doors;

import dev.varve.postgres.EphemeralPostgres;
import dev.varve.server.VarveServer;
import dev.varve.testkit.process.Http;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * One server with a database of its own, in this process, started once for all tests that ask for
 * it and stopped after the last of them; they talk to it over HTTP.
 */
public final class RunningServer implements AutoCloseable {
  private final EphemeralPostgres postgres;
  private final Path directory;
  private final ConfigurableApplicationContext context;
  private final int port;

  /** Gives test methods and constructors the server. */
  public static final class Extension implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType().equals(RunningServer.class);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(ExtensionContext.Namespace.GLOBAL)
          .computeIfAbsent(RunningServer.class);
    }
  }

  /** Starts it. */
  public RunningServer() throws IOException {
    postgres = EphemeralPostgres.start();
    directory = Files.createTempDirectory("varve-doors");
    context =
        VarveServer.start(
            "server",
            "--varve.port=0",
            "--varve.node=doors",
            "--varve.stream-heartbeat=200ms",
            "--varve.rate-limit=1000000",
            "--varve.database-url=" + databaseUrl(postgres),
            "--varve.data-dir=" + directory);
    port = Integer.parseInt(context.getEnvironment().getRequiredProperty("local.server.port"));
  }

  /** Returns its address. */
  public String url() {
    return "http://127.0.0.1:" + port;
  }

  /** Returns its port on the loopback interface. */
  public int port() {
    return port;
  }

  /** Returns a client. */
  public Http http() {
    return new Http(url());
  }

  /** Returns what the server is made of. */
  public ConfigurableApplicationContext context() {
    return context;
  }

  /** Counts the events of the given stored types, in the database. */
  public long events(List<String> types) throws SQLException {
    DataSource pool = context.getBean("queryPool", DataSource.class);
    try (var connection = pool.getConnection();
        var statement =
            connection.prepareStatement(
                "select count(*) from event_store.event_readable where type = any(?)")) {
      statement.setArray(1, connection.createArrayOf("text", types.toArray()));
      try (var row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  /** Returns the address of a throwaway database, as settings take it. */
  static String databaseUrl(EphemeralPostgres postgres) {
    return "postgresql://"
        + postgres.user()
        + ":"
        + postgres.password()
        + "@127.0.0.1:"
        + postgres.server().port()
        + "/postgres";
  }

  @Override
  public void close() throws IOException {
    context.close();
    postgres.close();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
