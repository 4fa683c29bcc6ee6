package dev.varve.postgres;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the storage that the settings name, or says in one sentence why it cannot. */
public final class Storage {

  private static final Logger LOG = LoggerFactory.getLogger(Storage.class);

  private Storage() {}

  /**
   * Starts our own server or reaches the other one, and checks that Varve can work there: version,
   * database, privileges.
   *
   * @param settings which storage
   * @return access to it; close it after the last connection
   * @throws StartupException naming the setting and the remedy
   */
  public static PostgresAccess open(StorageSettings settings) {
    PostgresAccess access =
        switch (settings.mode()) {
          case EMBEDDED -> embedded(settings);
          case EPHEMERAL -> ephemeral(settings);
          case POSTGRES -> postgres(settings.database().orElseThrow());
        };
    try (Connection connection = ConnectionProbe.connect(access)) {
      ConnectionProbe.checkServer(connection);
      return access;
    } catch (SQLException e) {
      access.close();
      throw ConnectionProbe.explain(e, access);
    } catch (RuntimeException e) {
      access.close();
      throw e;
    }
  }

  private static PostgresAccess embedded(StorageSettings settings) {
    Path directory = settings.dataDirectory().resolve("postgres");
    EmbeddedPostgres server =
        EmbeddedPostgres.start(
            EmbeddedPostgres.Options.in(directory)
                .withPort(settings.embeddedPort())
                .withCache(settings.cache()));
    return new PostgresAccess(
        StorageMode.EMBEDDED,
        server.jdbcUrl() + "?ApplicationName=varve",
        server.user(),
        server.password(),
        server::close);
  }

  private static PostgresAccess ephemeral(StorageSettings settings) {
    EphemeralPostgres server =
        EphemeralPostgres.open(
            options -> options.withPort(settings.embeddedPort()).withCache(settings.cache()));
    LOG.atWarn()
        .addKeyValue("directory", server.server().directory())
        .log("Storage is ephemeral: all data is deleted when this program ends");
    return new PostgresAccess(
        StorageMode.EPHEMERAL,
        server.jdbcUrl() + "?ApplicationName=varve",
        server.user(),
        server.password(),
        server::close);
  }

  private static PostgresAccess postgres(DatabaseAddress address) {
    LOG.atInfo().addKeyValue("database", address).log("Storage is a PostgreSQL server");
    return new PostgresAccess(
        StorageMode.POSTGRES, address.jdbcUrl(), address.user(), address.password(), () -> {});
  }
}
