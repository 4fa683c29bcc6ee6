package dev.varve.testkit.projection;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.varve.api.common.TenantId;
import dev.varve.api.log.CommandCommit;
import dev.varve.api.log.CommandMetadata;
import dev.varve.api.log.Committed;
import dev.varve.api.log.Partitions;
import dev.varve.api.log.StreamIds;
import dev.varve.eventstore.AppendUnit;
import dev.varve.eventstore.EventLogSettings;
import dev.varve.eventstore.EventTypes;
import dev.varve.eventstore.NewEvent;
import dev.varve.eventstore.axon.PostgresTokenStore;
import dev.varve.eventstore.axon.ProcessorSettings;
import dev.varve.eventstore.axon.ProjectionProcessors;
import dev.varve.eventstore.clock.DatabaseClock;
import dev.varve.eventstore.postgres.PartitionTable;
import dev.varve.eventstore.postgres.PostgresEventLog;
import dev.varve.eventstore.postgres.WriterConnections;
import dev.varve.eventstore.schema.SchemaMigrations;
import dev.varve.postgres.EphemeralPostgres;
import dev.varve.query.projection.Projection;
import dev.varve.query.projection.ProjectionProgress;
import dev.varve.query.projection.ReadModel;
import dev.varve.query.projection.StoredTokens;
import dev.varve.replay.ProjectionReset;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import javax.sql.DataSource;
import org.axonframework.eventhandling.pooled.PooledStreamingEventProcessor;

/**
 * A log on a fresh database, and projections that follow it as they do in the server. Everything
 * stops when it is closed.
 */
public final class ReadSide implements AutoCloseable {
  /** Longest wait for a projection. */
  public static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final AtomicInteger DATABASES = new AtomicInteger();
  private static final int CONNECTIONS = 16;

  private final HikariDataSource dataSource;
  private final DatabaseClock clock;
  private final PostgresEventLog log;
  private final BoundTransactions transactions;
  private final PostgresTokenStore tokens;
  private final ReadModel readModel;
  private final ProjectionProgress progress;
  private final List<Following> following = new ArrayList<>();

  /** The processors of one projection. */
  private record Following(
      Projection projection,
      ProjectionProcessors factory,
      List<PooledStreamingEventProcessor> processors) {}

  private ReadSide(HikariDataSource dataSource, String url) throws SQLException {
    EphemeralPostgres server = EphemeralPostgres.shared();
    EventLogSettings settings = EventLogSettings.of("test-node");
    this.dataSource = dataSource;
    this.clock = DatabaseClock.start(dataSource);
    this.log =
        PostgresEventLog.open(
            settings,
            WriterConnections.direct(url, server.user(), server.password(), settings.timeouts()),
            dataSource,
            EventTypes.standard(),
            clock);
    this.transactions = new BoundTransactions(dataSource);
    this.tokens = new PostgresTokenStore(transactions, "test", Duration.ofSeconds(30));
    this.readModel = new ReadModel(dataSource);
    this.progress = new ProjectionProgress(new StoredTokens(readModel));
  }

  /** Opens a log with {@code partitions} partitions on a database of its own. */
  public static ReadSide open(int partitions) throws SQLException {
    EphemeralPostgres server = EphemeralPostgres.shared();
    String url = server.createDatabase("read_side_" + DATABASES.incrementAndGet());
    var config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setUsername(server.user());
    config.setPassword(server.password());
    config.setMaximumPoolSize(CONNECTIONS);
    config.setMinimumIdle(1);
    var dataSource = new HikariDataSource(config);
    SchemaMigrations.EVENT_STORE.migrate(dataSource);
    new SchemaMigrations(ReadModel.SCHEMA, "classpath:db/read_model").migrate(dataSource);
    for (int i = 1; i < partitions; i++) {
      PartitionTable.addPartition(dataSource);
    }
    return new ReadSide(dataSource, url);
  }

  /** Returns the log. */
  public PostgresEventLog log() {
    return log;
  }

  /** Returns where streams belong. */
  public Partitions placement() {
    return log.placement();
  }

  /** Returns the read models. */
  public ReadModel readModel() {
    return readModel;
  }

  /** Returns how far the projections are. */
  public ProjectionProgress progress() {
    return progress;
  }

  /** Returns a pool of connections. */
  public DataSource dataSource() {
    return dataSource;
  }

  /**
   * Appends the events of one command and waits until they are durable.
   *
   * @param sequence place of the first event in the stream
   */
  public Committed append(
      TenantId tenant, UUID stream, String streamType, long sequence, List<?> payloads) {
    var metadata = new CommandMetadata(tenant, id(), null, "test", null, null, null);
    var commit =
        new CommandCommit(
            stream,
            metadata,
            payloads.size(),
            List.of(),
            tools.jackson.databind.node.JsonNodeFactory.instance.nullNode());
    var events = new ArrayList<NewEvent>();
    for (Object payload : payloads) {
      events.add(new NewEvent(stream, streamType, sequence + events.size(), id(), payload));
    }
    var unit = new AppendUnit(StreamIds.partitionOf(stream), List.of(commit), events);
    try {
      return log.append(unit).get(PATIENCE.toSeconds(), TimeUnit.SECONDS).getFirst();
    } catch (Exception e) {
      throw new IllegalStateException("Expected the append to succeed", e);
    }
  }

  /** Starts a projection in every partition, with at most {@code batchEvents} per transaction. */
  public Projection follow(
      BiFunction<DataSource, ProjectionProgress, ? extends Projection> make, int batchEvents) {
    return follow(make.apply(dataSource, progress), batchEvents);
  }

  private Projection follow(Projection projection, int batchEvents) {
    var settings =
        new ProcessorSettings(
            batchEvents, Duration.ofMillis(1), Duration.ofMillis(100), Duration.ofSeconds(30));
    var factory = new ProjectionProcessors(log, transactions, tokens, settings);
    var processors = new ArrayList<PooledStreamingEventProcessor>();
    for (int partition : log.partitions()) {
      PooledStreamingEventProcessor processor =
          factory.build(projection.name(), partition, projection);
      processor.start();
      processors.add(processor);
    }
    following.add(new Following(projection, factory, processors));
    return projection;
  }

  /** Waits until {@code projection} shows everything that was committed before the call. */
  public void awaitCaughtUp(Projection projection) {
    try {
      if (!progress.await(projection.name(), log.tail(), PATIENCE)) {
        throw new AssertionError("Expected " + projection.name() + " to catch up");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Stops a projection and empties its tables; it can be followed again from the start. */
  public void empty(Projection projection) {
    stop(projection);
    new ProjectionReset(tokens, transactions).rebuild(projection.name(), projection, List.of());
    backToStart(projection);
  }

  /** Stops a projection and sets its tokens to the start; its rows stay. */
  public void rewind(Projection projection) {
    stop(projection);
    backToStart(projection);
  }

  /** Starts a stopped projection again with another batch size. */
  public void followAgain(Projection projection, int batchEvents) {
    follow(projection, batchEvents);
  }

  /** Builds a running projection again in place. */
  public void rebuild(Projection projection) {
    Following found = found(projection);
    new ProjectionReset(tokens, transactions)
        .rebuild(projection.name(), projection, found.processors());
  }

  private void stop(Projection projection) {
    Following found = found(projection);
    found.processors().forEach(PooledStreamingEventProcessor::shutDown);
    found.factory().close();
    following.remove(found);
  }

  private Following found(Projection projection) {
    return following.stream()
        .filter(each -> each.projection().equals(projection))
        .findFirst()
        .orElseThrow();
  }

  private void backToStart(Projection projection) {
    execute(
        "update event_store.projection_token set position = null, owner = null, claimed_at = null"
            + " where split_part(processor, '@', 1) = '"
            + projection.name()
            + "'");
    projection.rewound();
  }

  /** Runs one statement. */
  public void execute(String sql) {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException("Refused: " + sql, e);
    }
  }

  /** Returns every row of {@code tables} (of schema read_model) as JSON text, sorted. */
  public Map<String, List<String>> rows(List<String> tables) {
    var rows = new TreeMap<String, List<String>>();
    for (String table : tables) {
      rows.put(table, list("select to_jsonb(t)::text from read_model." + table + " t order by 1"));
    }
    return rows;
  }

  private List<String> list(String sql) {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      var found = new ArrayList<String>();
      while (row.next()) {
        found.add(row.getString(1));
      }
      return found;
    } catch (SQLException e) {
      throw new IllegalStateException("Refused: " + sql, e);
    }
  }

  private static UUID id() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return StreamIds.of(System.currentTimeMillis(), random.nextInt(4_096), random.nextLong());
  }

  @Override
  public void close() {
    for (Following each : List.copyOf(following)) {
      stop(each.projection());
    }
    log.close();
    clock.close();
    dataSource.close();
  }
}
