package dev.varve.eventstore.postgres;

import dev.varve.api.common.TenantId;
import dev.varve.api.log.AppendException;
import dev.varve.api.log.Committed;
import dev.varve.api.log.LogPosition;
import dev.varve.api.log.LogToken;
import dev.varve.api.log.StreamIds;
import dev.varve.eventstore.AppendObserver;
import dev.varve.eventstore.AppendUnit;
import dev.varve.eventstore.CrashPoints;
import dev.varve.eventstore.EventLog;
import dev.varve.eventstore.EventLogSettings;
import dev.varve.eventstore.EventTypes;
import dev.varve.eventstore.FeedReader;
import dev.varve.eventstore.Heartbeats;
import dev.varve.eventstore.LogStats;
import dev.varve.eventstore.Receipt;
import dev.varve.eventstore.StoredEvent;
import dev.varve.eventstore.clock.DatabaseClock;
import dev.varve.eventstore.codec.PayloadCodec;
import dev.varve.eventstore.feed.FeedCursor;
import dev.varve.eventstore.feed.PartitionFeed;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The event store on PostgreSQL 15 or later. One per node; any number of nodes share a database.
 */
public final class PostgresEventLog implements EventLog {
  private final PartitionTable partitions;
  private final LogReads reads;
  private final UnitPreparer preparer;
  private final Map<Integer, PartitionFeed> feeds = new TreeMap<>();
  private final Map<Integer, PartitionWriter> writers = new TreeMap<>();
  private final Heartbeats heartbeats = new Heartbeats();
  private final WriterCounters counters = new WriterCounters();
  private final TailExchange exchange;

  private PostgresEventLog(
      EventLogSettings settings,
      WriterConnections connections,
      DataSource database,
      EventTypes types,
      DatabaseClock clock,
      CrashPoints crashPoints)
      throws SQLException {
    var codec = new PayloadCodec(settings.group().payloadBytesMax());
    var names = new StoredNames(database, types, settings.node());
    var events = new EventBuilder(types, names, codec, settings.node());
    this.partitions = PartitionTable.load(database, clock);
    this.reads = new LogReads(database, events);
    this.preparer =
        new UnitPreparer(types, names, codec, settings.node(), settings.group().payloadBytesMax());
    this.exchange =
        new TailExchange(settings.feed(), connections, this::learned, this::poll, heartbeats);
    var environment =
        new WriterEnvironment(connections, clock, names, events, exchange, crashPoints);
    for (int partition : partitions.all()) {
      var feed = new PartitionFeed(settings.feed().events(), settings.feed().fromMemory());
      feeds.put(partition, feed);
      writers.put(partition, new PartitionWriter(partition, settings, environment, feed, counters));
    }
  }

  /**
   * Opens the log on a database whose schema is in place.
   *
   * @param connections connections of the log itself, outside any pool
   * @param database a pool for reads
   * @param types the registry of events
   * @param clock the database's time; not closed by the log
   * @throws SQLException when the database cannot be reached
   */
  public static PostgresEventLog open(
      EventLogSettings settings,
      WriterConnections connections,
      DataSource database,
      EventTypes types,
      DatabaseClock clock)
      throws SQLException {
    return open(settings, connections, database, types, clock, CrashPoints.NONE);
  }

  /**
   * Opens the log in a program that a test may stop.
   *
   * @param crashPoints hears of the places around every commit
   * @throws SQLException when the database cannot be reached
   */
  public static PostgresEventLog open(
      EventLogSettings settings,
      WriterConnections connections,
      DataSource database,
      EventTypes types,
      DatabaseClock clock,
      CrashPoints crashPoints)
      throws SQLException {
    var log = new PostgresEventLog(settings, connections, database, types, clock, crashPoints);
    try {
      for (PartitionWriter writer : log.writers.values()) {
        writer.start();
      }
      log.exchange.start();
      return log;
    } catch (SQLException | RuntimeException e) {
      log.close();
      throw e;
    }
  }

  @Override
  public CompletableFuture<List<Committed>> append(AppendUnit unit) {
    try {
      PartitionWriter writer = writers.get(unit.partition());
      if (writer == null) {
        throw new IllegalArgumentException("There is no partition " + unit.partition());
      }
      PreparedUnit prepared = preparer.prepare(unit);
      writer.submit(prepared);
      return prepared.future;
    } catch (AppendException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public List<StoredEvent> readStream(UUID streamId, long fromSequence, int max) {
    return reads.stream(StreamIds.partitionOf(streamId), streamId, fromSequence, max);
  }

  @Override
  public List<StoredEvent> readPartition(int partition, long afterPosition, int max) {
    return reads.partition(partition, afterPosition, max);
  }

  @Override
  public LogPosition tail(int partition) {
    Tail own = writer(partition).tail();
    long known = feed(partition).knownTail();
    return own.position() >= known ? own.at(partition) : reads.tail(partition).at(partition);
  }

  @Override
  public List<Integer> partitions() {
    return partitions.all();
  }

  @Override
  public LogToken tail() {
    LogToken token = LogToken.START;
    for (int partition : partitions.all()) {
      token = token.with(tail(partition));
    }
    return token;
  }

  @Override
  public FeedReader openFeed(int partition, long afterPosition) {
    return new FeedCursor(
        feed(partition), (after, max) -> reads.partition(partition, after, max), afterPosition);
  }

  @Override
  public @Nullable Receipt findReceipt(int partition, TenantId tenant, String key) {
    return reads.receipt(partition, tenant, key);
  }

  @Override
  public @Nullable UUID findKeyOwner(TenantId tenant, String scope, String key) {
    return reads.keyOwner(partitions.forKey(tenant, key), tenant, scope, key);
  }

  @Override
  public LogPosition positionAt(int partition, Instant instant) {
    return reads.at(partition, instant, tail(partition).position());
  }

  @Override
  public boolean holds(LogPosition position) {
    return position.position() == 0
        || reads.position(position.partition(), position.position()).equals(position);
  }

  /** Returns the partitions and where keys belong. */
  public PartitionTable placement() {
    return partitions;
  }

  /** Returns the loops of the log: writers, and the exchange with other nodes. */
  public Heartbeats heartbeats() {
    return heartbeats;
  }

  /**
   * Returns the last position this node has seen in each partition whose table has lost it; empty
   * when all is well. Nothing is written there until the operator starts the node again, which
   * accepts what the database holds.
   */
  public List<LogPosition> regressions() {
    var lost = new ArrayList<LogPosition>();
    writers.forEach((partition, writer) -> {
      if (writer.regressed()) {
        lost.add(writer.tail().at(partition));
      }
    });
    return List.copyOf(lost);
  }

  /** Has {@code observer} told what every append costs, from now on. */
  public void observe(AppendObserver observer) {
    counters.observe(observer);
  }

  /** Returns what the writers have done. */
  public LogStats stats() {
    return counters.read();
  }

  @Override
  public void close() {
    exchange.close();
    writers.values().forEach(PartitionWriter::stop);
    writers.values().forEach(PartitionWriter::close);
  }

  private void learned(Tail tail, int partition) {
    PartitionWriter writer = writers.get(partition);
    if (writer != null) {
      writer.hint(tail);
      feed(partition).seen(tail.position());
    }
  }

  private void poll() {
    for (int partition : partitions.all()) {
      learned(reads.tail(partition), partition);
    }
  }

  private PartitionFeed feed(int partition) {
    PartitionFeed feed = feeds.get(partition);
    if (feed == null) {
      throw new IllegalArgumentException("There is no partition " + partition);
    }
    return feed;
  }

  private PartitionWriter writer(int partition) {
    PartitionWriter writer = writers.get(partition);
    if (writer == null) {
      throw new IllegalArgumentException("There is no partition " + partition);
    }
    return writer;
  }
}
