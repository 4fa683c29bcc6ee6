package dev.varve.testkit.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.varve.api.log.AppendException;
import dev.varve.eventstore.EventLogSettings;
import dev.varve.eventstore.EventTypes;
import dev.varve.eventstore.FeedReader;
import dev.varve.eventstore.clock.DatabaseClock;
import dev.varve.eventstore.postgres.PostgresEventLog;
import dev.varve.testkit.fault.Reported;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * What others do to the database meanwhile: a writer that freezes in the middle, transactions that
 * stay open for hours, nodes with wrong clocks. A naive reader watches, and is handed every event.
 */
public abstract class EventLogDisturbanceContract extends LogContract {
  private static final String WRITERS =
      "select count(*) from pg_stat_activity where datname = current_database() and application_name like 'varve append%'";
  private static final Duration PAGE_WAIT = Duration.ofMillis(50);

  private final List<HikariDataSource> sources = new ArrayList<>();

  /** Runs on a testbed. */
  protected EventLogDisturbanceContract(LogTestbed bed) {
    super(bed);
  }

  @Reported(id = "B02")
  @Test
  void a_writer_that_freezes_before_its_commit_stops_others_for_a_while_and_is_not_skipped()
      throws Exception {
    var impatient =
        new EventLogSettings.Timeouts(
            Duration.ofMillis(200),
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            Duration.ofMillis(600));
    UUID frozen = node.placement().newStreamId(0);
    UUID others = node.placement().newStreamId(0);
    append(TestUnit.event(others, 0));
    try (var other =
            bed.open(database, bed.settings("node-b").with(impatient), EventTypes.standard());
        var watch = new VisibilityWatch(database, 0)) {
      assertThat(watch).isNotNull();
      CompletableFuture<?> hanging;
      try (Connection held = freezeInserts()) {
        hanging = node.log().append(TestUnit.of(frozen, 0).command(3).unit());
        until(
            "the first writer is frozen with its rows written",
            () -> database.count(WRITERS + " and wait_event = 'advisory'") == 1);
        // The others may not go past it: its positions come first, if it ever commits.
        AppendException.Unavailable refused =
            failure(
                other.log().append(TestUnit.event(others, 1)), AppendException.Unavailable.class);
        assertThat(refused.code()).isEqualTo("store.unavailable");
        assertThat(hanging).isNotDone();
        release(held);
      }
      await(hanging);
      await(other.log().append(TestUnit.event(others, 1)));
      assertThat(positions(node, 5)).containsExactly(1L, 2L, 3L, 4L, 5L);
      assertThat(positions(other, 5)).containsExactly(1L, 2L, 3L, 4L, 5L);
    }
  }

  @Reported(id = "B06")
  @Test
  void an_idle_transaction_and_a_long_snapshot_hold_up_neither_writers_nor_readers()
      throws Exception {
    int events = count(100, 20_000);
    UUID stream = node.placement().newStreamId(0);
    try (Connection idle = database.pool().getConnection();
        Connection dump = database.pool().getConnection();
        var watch = new VisibilityWatch(database, 0)) {
      assertThat(watch).isNotNull();
      begin(idle, "select pg_current_xact_id()", "create temporary table t (k int)");
      // What pg_dump does: one snapshot for all, and a lock on every table.
      begin(
          dump,
          "set transaction isolation level repeatable read, read only",
          "select count(*) from event_store.event",
          "lock table event_store.event, event_store.receipt, event_store.unique_key,"
              + " event_store.projection_token in access share mode");
      for (int i = 0; i < events; i++) {
        append(TestUnit.of(stream, i).receipt("c-" + i, "h").command(1).unit());
      }
      assertThat(positions(node, events)).hasSize(events);
      assertThat(counted(dump)).as("the dump's own snapshot").isZero();
      idle.rollback();
      dump.rollback();
      idle.setAutoCommit(true);
      dump.setAutoCommit(true);
    }
  }

  @Reported(id = "B04")
  @Test
  void nodes_with_clocks_two_hours_wrong_keep_order_and_times_that_never_go_back()
      throws Exception {
    int each = count(40, 2_000);
    var nodes = new ArrayList<LogTestbed.Node>();
    try (var watch = new VisibilityWatch(database, 0)) {
      assertThat(watch).isNotNull();
      nodes.add(skewed("early", "- interval '2 h'"));
      nodes.add(skewed("late", "+ interval '2 h'"));
      var clients = new ArrayList<CompletableFuture<Void>>();
      for (int i = 0; i < 8; i++) {
        LogTestbed.Node at = nodes.get(i % 2);
        UUID stream = at.placement().newStreamId(0);
        clients.add(
            CompletableFuture.runAsync(
                () -> {
                  for (int sequence = 0; sequence < each; sequence++) {
                    await(at.log().append(TestUnit.event(stream, sequence)));
                  }
                },
                task -> Thread.ofVirtual().start(task)));
      }
      clients.forEach(LogContract::await);
      assertThat(positions(nodes.getFirst(), 8 * each)).hasSize(8 * each);
    } finally {
      nodes.forEach(LogTestbed.Node::close);
      sources.forEach(HikariDataSource::close);
    }
  }

  /** A node that is told a wrong time whenever it asks the database. */
  private LogTestbed.Node skewed(String name, String by) throws SQLException {
    database.run(
        "create schema if not exists " + name,
        "create or replace function "
            + name
            + ".clock_timestamp() returns timestamptz language sql as 'select pg_catalog.clock_timestamp() "
            + by.replace("'", "''")
            + "'");
    var config = new HikariConfig();
    config.setMaximumPoolSize(1);
    config.setJdbcUrl(database.url() + "?options=-c%20search_path%3D" + name + ",pg_catalog");
    config.setUsername(database.user());
    config.setPassword(database.password());
    EventLogSettings settings = bed.settings(name);
    var source = new HikariDataSource(config);
    sources.add(source);
    DatabaseClock clock = DatabaseClock.start(source);
    PostgresEventLog log =
        PostgresEventLog.open(
            settings,
            LogTestbed.connections(database, settings),
            database.pool(),
            EventTypes.standard(),
            clock);
    return new LogTestbed.Node(log, log.placement(), clock);
  }

  private static List<Long> positions(LogTestbed.Node at, int expected) throws Exception {
    var found = new ArrayList<Long>();
    long end = System.nanoTime() + LIMIT.toNanos();
    try (FeedReader feed = at.log().openFeed(0, 0)) {
      while (found.size() < expected && System.nanoTime() < end) {
        feed.next(1_000, PAGE_WAIT).forEach(event -> found.add(event.position().position()));
      }
    }
    return found;
  }

  /** Every insert of events stops with its rows written, until the connection lets go. */
  private Connection freezeInserts() throws SQLException {
    database.run(
        "create or replace function slow() returns trigger language plpgsql set lock_timeout = 0"
            + " as $$ begin perform pg_advisory_xact_lock_shared(4712); return null; end $$",
        "create trigger slow after insert on event_store.event for each statement execute function slow()");
    Connection connection = database.pool().getConnection();
    try (var statement = connection.createStatement()) {
      statement.execute("select pg_advisory_lock(4712)");
    }
    return connection;
  }

  private static void release(Connection held) throws SQLException {
    try (var statement = held.createStatement()) {
      statement.execute("select pg_advisory_unlock_all()");
    }
  }

  private static void begin(Connection connection, String... statements) throws SQLException {
    connection.setAutoCommit(false);
    try (var statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static long counted(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery("select count(*) from event_store.event")) {
      row.next();
      return row.getLong(1);
    }
  }
}
