package dev.varve.testkit.log;

import dev.varve.api.log.Partitions;
import dev.varve.eventstore.EventLog;
import dev.varve.eventstore.EventLogSettings;
import dev.varve.eventstore.EventTypes;
import dev.varve.eventstore.clock.DatabaseClock;
import dev.varve.eventstore.postgres.PartitionTable;
import dev.varve.eventstore.postgres.PostgresEventLog;
import dev.varve.eventstore.postgres.WriterConnections;
import java.sql.SQLException;

/**
 * What a run of the contract is about: a server, a number of partitions, a feed, and the log under
 * test.
 *
 * @param server takes databases from here
 * @param partitions how many a fresh database has
 * @param feedFromMemory whether readers are fed from memory
 * @param mutation puts something between the contract and the store; the store itself by default
 */
public record LogTestbed(
    LogServer server, int partitions, boolean feedFromMemory, Mutation mutation) {

  /** Changes the log under test, to see whether the contract notices. */
  @FunctionalInterface
  public interface Mutation {
    /** No change. */
    Mutation NONE = (log, database, node) -> log;

    /** Returns what the contract gets to see instead of {@code log}. */
    EventLog of(EventLog log, TestDatabase database, String node);
  }

  /**
   * A node of the test.
   *
   * @param log the log under test
   * @param placement where streams and keys belong
   * @param clock closed with the log
   */
  public record Node(EventLog log, Partitions placement, DatabaseClock clock)
      implements AutoCloseable {
    @Override
    public void close() {
      log.close();
      clock.close();
    }
  }

  /** Returns the settings of a node. */
  public EventLogSettings settings(String node) {
    var feed = EventLogSettings.Feed.DEFAULT;
    return EventLogSettings.of(node)
        .with(
            new EventLogSettings.Feed(
                feedFromMemory, feed.events(), feed.announceEvery(), feed.poll()));
  }

  /** Opens a node with the product's events. */
  public Node open(TestDatabase database, String node) {
    return open(database, settings(node), EventTypes.standard());
  }

  /** Opens a node. */
  public Node open(TestDatabase database, EventLogSettings settings, EventTypes types) {
    return open(database, settings, types, connections(database, settings));
  }

  /** Returns the connections that a node's writers have by default. */
  public static WriterConnections connections(TestDatabase database, EventLogSettings settings) {
    return WriterConnections.direct(
        database.url(), database.user(), database.password(), settings.timeouts());
  }

  /** Opens a node whose writers connect in a way of the test's own. */
  public Node open(
      TestDatabase database,
      EventLogSettings settings,
      EventTypes types,
      WriterConnections connections) {
    try {
      DatabaseClock clock = DatabaseClock.start(database.pool());
      PostgresEventLog log =
          PostgresEventLog.open(settings, connections, database.pool(), types, clock);
      PartitionTable placement = log.placement();
      return new Node(mutation.of(log, database, settings.node()), placement, clock);
    } catch (SQLException e) {
      throw new IllegalStateException("The log cannot be opened on " + server.name(), e);
    }
  }

  @Override
  public String toString() {
    return server.name()
        + ", "
        + partitions
        + (partitions == 1 ? " partition" : " partitions")
        + ", feed "
        + (feedFromMemory ? "on" : "off");
  }
}
