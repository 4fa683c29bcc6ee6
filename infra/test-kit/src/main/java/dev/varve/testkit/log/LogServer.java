package dev.varve.testkit.log;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.varve.eventstore.postgres.PartitionTable;
import dev.varve.eventstore.schema.SchemaMigrations;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A PostgreSQL server that contract runs take fresh databases from. The role must be a superuser.
 */
public final class LogServer {
  private static final int CONNECTIONS = 24;

  private final String name;
  private final Address address;
  private final AtomicInteger databases = new AtomicInteger();
  private final Map<Integer, Queue<TestDatabase>> emptied = new ConcurrentHashMap<>();

  /**
   * Where the server is.
   *
   * @param host name or address
   * @param port TCP port
   * @param user a superuser
   * @param password its password
   */
  public record Address(String host, int port, String user, String password) {
    String url(String database) {
      return "jdbc:postgresql://" + host + ":" + port + "/" + database;
    }
  }

  /**
   * Names a server.
   *
   * @param name shown in test reports
   */
  public LogServer(String name, Address address) {
    this.name = name;
    this.address = address;
  }

  /** Returns the name shown in test reports. */
  public String name() {
    return name;
  }

  /** Returns an empty, migrated database with so many partitions; give it back when done. */
  public TestDatabase take(int partitions) {
    TestDatabase free = emptied(partitions).poll();
    return free == null ? create(partitions) : free;
  }

  /**
   * Empties a database for the next who takes one with as many partitions. (Making and dropping
   * databases takes much longer, since both wait for the disk.)
   */
  public void giveBack(TestDatabase database, int partitions) {
    database.run(
        "drop function if exists slow() cascade",
        "delete from event_store.event",
        "delete from event_store.receipt",
        "delete from event_store.unique_key",
        "delete from event_store.snapshot",
        "delete from event_store.event_type",
        "delete from event_store.node");
    emptied(partitions).add(database);
  }

  private Queue<TestDatabase> emptied(int partitions) {
    return emptied.computeIfAbsent(partitions, p -> new ConcurrentLinkedQueue<>());
  }

  private TestDatabase create(int partitions) {
    String name = "contract_" + databases.incrementAndGet();
    admin("create database " + name);
    TestDatabase made = database(name);
    SchemaMigrations.EVENT_STORE.migrate(made.pool());
    try {
      for (int i = 1; i < partitions; i++) {
        PartitionTable.addPartition(made.pool());
      }
    } catch (SQLException e) {
      throw new IllegalStateException("Partitions cannot be added", e);
    }
    return made;
  }

  private TestDatabase database(String database) {
    var settings = new HikariConfig();
    settings.setJdbcUrl(address.url(database));
    settings.setUsername(address.user());
    settings.setPassword(address.password());
    settings.setMaximumPoolSize(CONNECTIONS);
    settings.setMinimumIdle(1);
    settings.setIdleTimeout(10_000);
    return new TestDatabase(
        database,
        address.url(database),
        address.user(),
        address.password(),
        new HikariDataSource(settings));
  }

  private void admin(String sql) {
    try (Connection connection =
            DriverManager.getConnection(
                address.url("postgres"), address.user(), address.password());
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(name + " refuses: " + sql, e);
    }
  }
}
