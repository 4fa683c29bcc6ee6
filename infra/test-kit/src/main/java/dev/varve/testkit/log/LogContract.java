package dev.varve.testkit.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.common.TenantId;
import dev.varve.api.log.AppendException;
import dev.varve.api.log.Committed;
import dev.varve.eventstore.AppendUnit;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * What every part of the contract needs: a fresh database with one node on it, checked by SQL at
 * the end.
 */
public abstract class LogContract {
  /** System property: {@code full} runs every case with its large counts. */
  public static final String COUNTS = "varve.contract.counts";

  static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int LOCK_CLASS = 0x56415256;

  final LogTestbed bed;
  TestDatabase database;
  LogTestbed.Node node;

  @SuppressWarnings("NullAway.Init")
  LogContract(LogTestbed bed) {
    this.bed = bed;
  }

  /** Takes a database and opens a node. */
  @BeforeEach
  public void open() {
    database = bed.server().take(bed.partitions());
    node = bed.open(database, "node-a");
  }

  /** Checks the table, then gives the database back. */
  @AfterEach
  public void close() {
    try {
      node.close();
      checkTables();
    } finally {
      bed.server().giveBack(database, bed.partitions());
    }
  }

  /** Called after every case, with all nodes closed. */
  void checkTables() {
    new TableChecker(database).check();
  }

  /** Returns {@code large} when full counts are asked for. */
  static int count(int small, int large) {
    return "full".equals(System.getProperty(COUNTS)) ? large : small;
  }

  /** Returns a fresh stream, in turn in every partition. */
  UUID stream() {
    return node.placement().newStreamId(node.placement().any());
  }

  /** Returns a fresh stream in the partition of a key. */
  UUID streamFor(String key) {
    return node.placement().newStreamId(node.placement().forKey(TenantId.DEFAULT, key));
  }

  List<Committed> append(AppendUnit unit) {
    return await(node.log().append(unit));
  }

  static <T> T await(CompletableFuture<T> future) {
    try {
      return future.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new CompletionException(e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("No answer within " + LIMIT, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted", e);
    }
  }

  /** Returns why an append failed; fails itself when it did not. */
  static Throwable failure(CompletableFuture<?> future) {
    try {
      Object result = await(future);
      throw new AssertionError("Expected a failure, but was " + result);
    } catch (CompletionException e) {
      return e.getCause() == null ? e : e.getCause();
    }
  }

  static <T extends AppendException> T failure(CompletableFuture<?> future, Class<T> type) {
    Throwable failure = failure(future);
    assertThat(failure).isInstanceOf(type);
    return type.cast(failure);
  }

  /** Waits until a condition holds. */
  static void until(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("Not within " + LIMIT + ": " + what);
      }
      LockSupport.parkNanos(2_000_000);
    }
  }

  /**
   * Keeps every writer of the partition waiting until closed, so that what is appended meanwhile is
   * written as one group.
   */
  AutoCloseable holdAppends(int partition) {
    try {
      Connection connection = database.pool().getConnection();
      try (var lock = connection.prepareStatement("select pg_advisory_lock(?, ?)")) {
        lock.setInt(1, LOCK_CLASS);
        lock.setInt(2, partition);
        lock.execute();
      }
      return () -> {
        try (connection;
            var unlock = connection.createStatement()) {
          unlock.execute("select pg_advisory_unlock_all()");
        }
      };
    } catch (SQLException e) {
      throw new IllegalStateException("The append lock cannot be taken", e);
    }
  }

  /** Waits until so many writers wait for the append lock. */
  void untilWaiting(int writers) {
    until(
        "a writer waits for the append lock",
        () ->
            database.count(
                    "select count(*) from pg_locks where locktype = 'advisory' and not granted and classid = "
                        + LOCK_CLASS)
                >= writers);
  }
}
