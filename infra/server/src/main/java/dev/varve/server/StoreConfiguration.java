package dev.varve.server;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.varve.api.log.Partitions;
import dev.varve.command.port.Incarnation;
import dev.varve.command.port.TimeSource;
import dev.varve.eventstore.EventLogSettings;
import dev.varve.eventstore.EventTypes;
import dev.varve.eventstore.SnapshotStore;
import dev.varve.eventstore.clock.DatabaseClock;
import dev.varve.eventstore.postgres.PartitionTable;
import dev.varve.eventstore.postgres.PostgresEventLog;
import dev.varve.eventstore.postgres.PostgresSnapshots;
import dev.varve.eventstore.postgres.ReceiptRetention;
import dev.varve.eventstore.postgres.WriterConnections;
import dev.varve.eventstore.schema.SchemaMigrations;
import dev.varve.postgres.GuardReport;
import dev.varve.postgres.PostgresAccess;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;

/**
 * The database and the log. Three pools, so that a slow query cannot starve projections or loads of
 * streams; the log's writers have connections of their own.
 */
@Configuration(proxyBeanMethods = false)
class StoreConfiguration {
  /** Schemas in the order they are migrated; each has a history of its own. */
  private static final List<SchemaMigrations> SCHEMAS =
      List.of(
          SchemaMigrations.EVENT_STORE,
          new SchemaMigrations("work", "classpath:db/work"),
          new SchemaMigrations("read_model", "classpath:db/read_model"));

  private static final Logger LOG = LoggerFactory.getLogger(StoreConfiguration.class);
  private static final int WORK_CONNECTIONS = 3;

  /** Flyway takes two at a time. */
  private static final int OWNER_CONNECTIONS = 3;

  /**
   * Marks that all schemas are as this program needs them.
   *
   * @param walls the roles that connections step down to
   */
  record MigratedDatabase(PostgresAccess access, Walls walls) {}

  @Bean
  MigratedDatabase migratedDatabase(
      PostgresAccess access, GuardReport guards, PoolSettings pools, ServerSettings server)
      throws SQLException {
    guards
        .warnings()
        .forEach(each ->
            LOG.atWarn().addKeyValue("code", each.code()).log("unsafe: {}", each.problem()));
    // As the owner, and for this alone.
    try (HikariDataSource owner =
        new HikariDataSource(config(access, "varve-migrate", OWNER_CONNECTIONS, pools))) {
      SCHEMAS.forEach(schema -> schema.migrate(owner));
      grow(owner, server.partitions());
      return new MigratedDatabase(access, Walls.raise(owner));
    }
  }

  @Bean(destroyMethod = "close")
  HikariDataSource storePool(MigratedDatabase database, PoolSettings pools) {
    return pool(database, "varve-store", pools.databasePoolSize(), pools, Walls.Role.WRITER);
  }

  @Bean(destroyMethod = "close")
  HikariDataSource projectionPool(MigratedDatabase database, PoolSettings pools) {
    // A kept plan was made for the size that a table had then: the work tables, empty one moment
    // and churned through the next, were scanned from end to end for every batch.
    HikariConfig config =
        restrained(
            database, "varve-projection", pools.databasePoolSize(), pools, Walls.Role.PROJECTOR);
    config.addDataSourceProperty("prepareThreshold", "0");
    return new HikariDataSource(config);
  }

  @Bean(destroyMethod = "close")
  HikariDataSource queryPool(MigratedDatabase database, PoolSettings pools) {
    return pool(database, "varve-query", pools.databasePoolSize(), pools, Walls.Role.QUERY);
  }

  /** Heartbeats must not wait behind queries: a late one costs the lease. */
  @Bean(destroyMethod = "close")
  HikariDataSource workPool(MigratedDatabase database, PoolSettings pools) {
    return pool(database, "varve-work", WORK_CONNECTIONS, pools, Walls.Role.WRITER);
  }

  @Bean
  DataSourceTransactionManager projectionTransactions(
      @Qualifier("projectionPool") DataSource pool) {
    return new DataSourceTransactionManager(pool);
  }

  @Bean(destroyMethod = "close")
  DatabaseClock databaseClock(MigratedDatabase database, @Qualifier("storePool") DataSource pool)
      throws SQLException {
    return DatabaseClock.start(pool);
  }

  @Bean
  TimeSource timeSource(DatabaseClock clock) {
    return clock::now;
  }

  @Bean
  EventTypes eventTypes() {
    return EventTypes.standard();
  }

  @Bean(destroyMethod = "close")
  PostgresEventLog eventLog(
      MigratedDatabase database,
      @Qualifier("storePool") DataSource pool,
      EventTypes types,
      DatabaseClock clock,
      Incarnation incarnation,
      PoolSettings pools)
      throws SQLException {
    var usual = EventLogSettings.Timeouts.DEFAULT;
    var settings =
        EventLogSettings.of(incarnation.node())
            .with(
                new EventLogSettings.Timeouts(
                    usual.lock(), usual.statement(), usual.socket(), pools.settleTime()));
    PostgresAccess access = database.access();
    var connections =
        WriterConnections.direct(
                access.jdbcUrlWithoutName(), access.user(), access.password(), settings.timeouts())
            .as(database.walls().role(Walls.Role.WRITER));
    return PostgresEventLog.open(settings, connections, pool, types, clock);
  }

  @Bean(destroyMethod = "close")
  Housekeeping housekeeping(
      @Qualifier("workPool") DataSource pool, MigratedDatabase database, ServerSettings settings) {
    return Housekeeping.start(new ReceiptRetention(pool, settings.receipts()));
  }

  /** Adds partitions up to {@code wanted}; there are never fewer afterwards than before. */
  private static void grow(DataSource pool, int wanted) throws SQLException {
    int present;
    try (Connection connection = pool.getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery("select count(*) from event_store.log_partition")) {
      row.next();
      present = row.getInt(1);
    }
    for (int count = present; count < wanted; count++) {
      LOG.atWarn()
          .addKeyValue("partition", PartitionTable.addPartition(pool))
          .log("partition added: restart the other nodes");
    }
  }

  @Bean
  Partitions partitions(PostgresEventLog log) {
    return log.placement();
  }

  @Bean
  SnapshotStore snapshotStore(@Qualifier("storePool") DataSource pool, MigratedDatabase database) {
    return new PostgresSnapshots(pool);
  }

  private static HikariDataSource pool(
      MigratedDatabase database,
      String name,
      int connections,
      PoolSettings pools,
      Walls.Role role) {
    return new HikariDataSource(restrained(database, name, connections, pools, role));
  }

  /**
   * Returns a pool's configuration whose connections have only the rights of {@code role} and
   * cannot hold a transaction open for long.
   */
  private static HikariConfig restrained(
      MigratedDatabase database,
      String name,
      int connections,
      PoolSettings pools,
      Walls.Role role) {
    HikariConfig config = config(database.access(), name, connections, pools);
    // Statements, not the address's `options`: one that has options of its own would replace them.
    String limit =
        "set idle_in_transaction_session_timeout = " + pools.databaseIdleTransaction().toMillis();
    String roleName = database.walls().role(role);
    config.setConnectionInitSql(roleName == null ? limit : limit + "; set role " + roleName);
    return config;
  }

  private static HikariConfig config(
      PostgresAccess access, String name, int connections, PoolSettings pools) {
    var config = new HikariConfig();
    config.setJdbcUrl(access.jdbcUrlWithoutName());
    config.setUsername(access.user());
    config.setPassword(access.password());
    config.setPoolName(name);
    config.setMaximumPoolSize(connections);
    config.setMinimumIdle(1);
    config.setConnectionTimeout(pools.databasePoolWait().toMillis());
    config.setInitializationFailTimeout(pools.databasePoolWait().toMillis());
    config.setMaxLifetime(pools.databasePoolLifetime().toMillis());
    config.addDataSourceProperty("ApplicationName", name);
    config.addDataSourceProperty("tcpKeepAlive", "true");
    config.addDataSourceProperty("socketTimeout", "60");
    config.addDataSourceProperty("reWriteBatchedInserts", "true");
    return config;
  }
}
