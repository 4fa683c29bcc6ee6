package dev.varve.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.eventstore.EventLogSettings;
import dev.varve.eventstore.EventTypes;
import dev.varve.eventstore.clock.DatabaseClock;
import dev.varve.eventstore.postgres.PostgresEventLog;
import dev.varve.eventstore.postgres.WriterConnections;
import dev.varve.eventstore.schema.SchemaMigrations;
import dev.varve.postgres.EphemeralPostgres;
import dev.varve.testkit.fault.FaultRun;
import dev.varve.testkit.log.TableChecker;
import dev.varve.testkit.log.TestDatabase;
import dev.varve.testkit.log.TestUnit;
import dev.varve.testkit.process.JavaProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A process is halted at each named place around a commit, under load and with another node writing
 * to the same partition, and started again. What it answered is there, at the place it said;
 * nothing is there twice; a projection has each event once and in order.
 */
class CrashPointsIT {
  private static final int CLIENTS = 12;
  private static final int ENDLESS = 1_000_000;
  private static final int HITS_MAX = 40;
  private static final int ROUNDS = FaultRun.times(1, 10);
  private static final long SECONDS = 60;

  /** The neighbour collides a few times in a row, then leaves the partition to the other. */
  private static final int BURST = 4;

  /** So many events of the other make it forget the collisions and take the fast way again. */
  private static final long LEFT_ALONE = 400;

  private static final long LEFT_ALONE_MILLIS_MAX = 2_000;

  private final List<UUID> streams = new ArrayList<>();
  private final Random random = new Random(20_261_121);
  private TestDatabase database;

  @BeforeEach
  void create() {
    EphemeralPostgres server = EphemeralPostgres.shared();
    String url = server.createDatabase("crash_" + UUID.randomUUID().toString().replace("-", "_"));
    var pool = new PGSimpleDataSource();
    pool.setURL(url);
    pool.setUser(server.user());
    pool.setPassword(server.password());
    database = new TestDatabase("crash", url, server.user(), server.password(), pool);
    SchemaMigrations.EVENT_STORE.migrate(pool);
    database.run(CrashProjection.TABLE);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NOWHERE")
  void a_process_halted_at_this_place_loses_and_doubles_nothing(
      CrashPlace place, @TempDir Path directory) throws Exception {
    var run = new FaultRun(place.inProjection() ? "B05" : "A13", "process halted at " + place);
    run.judge(() -> haltAgainAndAgain(place, directory, run));
  }

  private void haltAgainAndAgain(CrashPlace place, Path directory, FaultRun run) throws Exception {
    var acked = new ArrayList<String>();
    try (Neighbour neighbour = new Neighbour(database)) {
      for (int i = 0; i < CLIENTS; i++) {
        streams.add(neighbour.log.placement().newStreamId(0));
      }
      for (int round = 0; round < ROUNDS; round++) {
        Path log = directory.resolve(place + "-" + round + ".log");
        int hits = 1 + random.nextInt(HITS_MAX);
        assertThat(run(place, hits, ENDLESS, log)).isEqualTo(CrashNode.HALTED);
        acked.addAll(acks(log));
        run.count("halts", 1, ROUNDS);
      }
    }
    int longest =
        (int)
                database.count(
                    "select coalesce(max(e.sequence), 0) from event_store.event e"
                        + " join event_store.receipt r using (stream_id)")
            + 2;
    Path last = directory.resolve("last.log");
    assertThat(run(CrashPlace.NOWHERE, 0, longest, last)).isZero();
    acked.addAll(acks(last));
    run.count("acks", acked.size());
    check(acked, longest);
  }

  private int run(CrashPlace place, int hits, int events, Path log) throws Exception {
    var args =
        new ArrayList<>(
            List.of(
                database.url(),
                database.user(),
                database.password(),
                place.name(),
                Integer.toString(hits),
                Integer.toString(events)));
    streams.forEach(stream -> args.add(stream.toString()));
    try (JavaProcess process = JavaProcess.start(CrashNode.class.getName(), args, Map.of(), log)) {
      int code = process.awaitExit(SECONDS);
      assertThat(code).as(process.logTail()).isIn(0, CrashNode.HALTED);
      return code;
    }
  }

  private static List<String> acks(Path log) throws IOException {
    return Files.readAllLines(log).stream()
        .filter(line -> line.matches("ack \\S+ \\d+ \\d+"))
        .toList();
  }

  private void check(List<String> acked, int longest) {
    new TableChecker(database).check();
    var there =
        new HashSet<>(
            rows(
                "select 'ack ' || stream_id || ' ' || sequence || ' ' || position from event_store.event"));
    assertThat(acked).as("answers").isNotEmpty().allMatch(there::contains);
    assertThat(database.count("select count(*) from event_store.receipt"))
        .as("commands, each with one event")
        .isEqualTo(
            database.count(
                "select count(*) from event_store.event where stream_id in (select stream_id from event_store.receipt)"))
        .isEqualTo((long) CLIENTS * longest);
    assertThat(rows("select position || ' ' || event_id from seen order by nr"))
        .as("what the projection was handed")
        .isEqualTo(
            rows("select position || ' ' || event_id from event_store.event order by position"));
  }

  private List<String> rows(String sql) {
    try (var connection = database.pool().getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      var values = new ArrayList<String>();
      while (row.next()) {
        values.add(row.getString(1));
      }
      return values;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Another node that writes to the same partition, so that both collide. It writes in bursts: a
   * node that sees another one write takes the slow way for a while, and must come by the places of
   * the fast one as well, however fast the disk is.
   */
  private static final class Neighbour implements AutoCloseable {
    private final TestDatabase database;
    private final DatabaseClock clock;
    private final PostgresEventLog log;
    private final CompletableFuture<Void> work;
    private volatile boolean stopped;

    Neighbour(TestDatabase database) throws SQLException {
      this.database = database;
      var settings = EventLogSettings.of("neighbour");
      clock = DatabaseClock.start(database.pool());
      log =
          PostgresEventLog.open(
              settings,
              WriterConnections.direct(
                  database.url(), database.user(), database.password(), settings.timeouts()),
              database.pool(),
              EventTypes.standard(),
              clock);
      work = CompletableFuture.runAsync(this::append, task -> Thread.ofVirtual().start(task));
    }

    private void append() {
      UUID stream = log.placement().newStreamId(0);
      for (long next = 0; !stopped; next++) {
        log.append(TestUnit.event(stream, next)).join();
        if (next % BURST == 0) {
          leaveAlone();
        }
      }
    }

    private void leaveAlone() {
      long enough = events() + LEFT_ALONE;
      long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LEFT_ALONE_MILLIS_MAX);
      while (!stopped && events() < enough && System.nanoTime() < until) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
      }
    }

    private long events() {
      return database.count("select coalesce(max(position), 0) from event_store.event");
    }

    @Override
    public void close() {
      stopped = true;
      work.join();
      log.close();
      clock.close();
    }
  }
}
