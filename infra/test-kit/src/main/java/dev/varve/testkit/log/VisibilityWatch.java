package dev.varve.testkit.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * The naive reader, live: asks the table again and again for what lies behind the last position it
 * saw, and writes down what it got. When position order is the order in which commits become
 * visible, it never skips anything.
 */
public final class VisibilityWatch implements AutoCloseable {
  private static final long PAUSE_NANOS = 300_000;

  private final TestDatabase database;
  private final int partition;
  private final List<Long> seen = new ArrayList<>();
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private volatile boolean stopped;

  /** Starts watching a partition. */
  public VisibilityWatch(TestDatabase database, int partition) {
    this.database = database;
    this.partition = partition;
    Thread.ofPlatform().daemon().name("visibility-watch-" + partition).start(this::run);
  }

  /** Stops, looks once more, and checks that nothing was skipped. */
  @Override
  public void close() {
    stopped = true;
    done.join();
    for (int i = 0; i < seen.size(); i++) {
      assertThat(seen.get(i))
          .as("what became visible after position %s in partition %s", i, partition)
          .isEqualTo(i + 1L);
    }
  }

  private void run() {
    try (Connection connection = database.pool().getConnection();
        PreparedStatement ask =
            connection.prepareStatement(
                "select position from event_store.event where partition = ?::smallint and position > ? order by position")) {
      boolean last;
      do {
        last = stopped;
        ask.setInt(1, partition);
        ask.setLong(2, seen.isEmpty() ? 0 : seen.getLast());
        try (ResultSet row = ask.executeQuery()) {
          while (row.next()) {
            seen.add(row.getLong(1));
          }
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      } while (!last);
      done.complete(null);
    } catch (SQLException | RuntimeException e) {
      done.completeExceptionally(e);
    }
  }
}
