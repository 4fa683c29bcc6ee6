package dev.varve.eventstore.clock;

import dev.varve.eventstore.Heartbeats;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database's clock as seen from this process: an offset measured by round trips, between
 * measurements carried on by the process's monotonic timer. A wrong or jumping clock of the machine
 * does not change it.
 *
 * <p>Accurate to about half of the shortest measured round trip. Never goes back by itself; a new
 * measurement may.
 */
public final class DatabaseClock implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DatabaseClock.class);
  private static final int SAMPLES = 5;
  private static final long REFRESH_SECONDS = 10;

  private final DataSource database;
  private final Heartbeats heartbeats = new Heartbeats();
  private final Heartbeats.Beat beat =
      heartbeats.register("database-clock", Duration.ofSeconds(4 * REFRESH_SECONDS));
  private final Thread refresher;
  private volatile Anchor anchor;
  private volatile boolean closed;

  /** Database time {@code epochMicros} was at the timer's {@code nanos}. */
  private record Anchor(long epochMicros, long nanos) {}

  private DatabaseClock(DataSource database, Anchor anchor) {
    this.database = database;
    this.anchor = anchor;
    this.refresher = Thread.ofVirtual().name("database-clock").unstarted(this::refresh);
  }

  /**
   * Measures once and keeps measuring until closed.
   *
   * @throws SQLException when the database cannot be asked
   */
  public static DatabaseClock start(DataSource database) throws SQLException {
    var clock = new DatabaseClock(database, measure(database));
    clock.refresher.start();
    return clock;
  }

  /** Returns the present instant by the database's clock, in microseconds. */
  public Instant now() {
    return Instant.EPOCH.plus(nowMicros(), ChronoUnit.MICROS);
  }

  /** Returns the present microseconds since 1970 by the database's clock. */
  public long nowMicros() {
    Anchor from = anchor;
    return from.epochMicros() + (System.nanoTime() - from.nanos()) / 1_000;
  }

  /** Returns the loop that measures. */
  public Heartbeats heartbeats() {
    return heartbeats;
  }

  @Override
  public void close() {
    closed = true;
    refresher.interrupt();
  }

  private void refresh() {
    while (!closed) {
      try {
        TimeUnit.SECONDS.sleep(REFRESH_SECONDS);
        anchor = measure(database);
        beat.now();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (SQLException | RuntimeException e) {
        // also a defect of the driver or the pool: a clock that no longer measures drifts unseen
        LOG.debug("Keeping the last offset, since the database could not be asked", e);
      }
    }
  }

  private static Anchor measure(DataSource database) throws SQLException {
    try (Connection connection = database.getConnection();
        var ask = connection.prepareStatement("select clock_timestamp()")) {
      long shortest = Long.MAX_VALUE;
      Anchor best = new Anchor(0, 0);
      for (int i = 0; i < SAMPLES; i++) {
        long before = System.nanoTime();
        try (var row = ask.executeQuery()) {
          row.next();
          OffsetDateTime there = row.getObject(1, OffsetDateTime.class);
          long after = System.nanoTime();
          if (after - before < shortest) {
            shortest = after - before;
            long micros = ChronoUnit.MICROS.between(Instant.EPOCH, there.toInstant());
            best = new Anchor(micros, before + (after - before) / 2);
          }
        }
      }
      return best;
    }
  }
}
