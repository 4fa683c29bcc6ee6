package dev.varve.eventstore.postgres;

import dev.varve.api.common.TenantId;
import dev.varve.api.log.Partitions;
import dev.varve.api.log.StreamIds;
import dev.varve.eventstore.clock.DatabaseClock;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import javax.sql.DataSource;

/**
 * The partitions of a log and the stored map from key slots to partitions, as they were when the
 * node started.
 *
 * <p>A slot that may hold keys never moves: everything found by key stays where it was written.
 * Only while the log is empty are the slots dealt out again over all partitions, so an installation
 * that wants several partitions for keyed commands adds them before its first event. Later ones
 * take executions that are found by id alone.
 */
public final class PartitionTable implements Partitions {
  private static final int MAX = 4_096;

  private final List<Integer> partitions;
  private final short[] slots;
  private final DatabaseClock clock;
  private final AtomicInteger next = new AtomicInteger(ThreadLocalRandom.current().nextInt(MAX));

  private PartitionTable(List<Integer> partitions, short[] slots, DatabaseClock clock) {
    this.partitions = List.copyOf(partitions);
    this.slots = slots;
    this.clock = clock;
  }

  /** Reads the tables. */
  public static PartitionTable load(DataSource database, DatabaseClock clock) throws SQLException {
    try (Connection connection = database.getConnection();
        var statement = connection.createStatement()) {
      var partitions = new ArrayList<Integer>();
      try (var row =
          statement.executeQuery("select partition from event_store.log_partition order by 1")) {
        while (row.next()) {
          partitions.add(row.getInt(1));
        }
      }
      var slots = new short[SLOTS];
      try (var row = statement.executeQuery("select slot, partition from event_store.slot")) {
        while (row.next()) {
          slots[row.getInt(1)] = row.getShort(2);
        }
      }
      return new PartitionTable(partitions, slots, clock);
    }
  }

  /**
   * Adds the next partition; an operator's command, to be followed by a restart of the nodes.
   * Partitions are never split, merged, renumbered or removed.
   *
   * @return its number
   */
  public static int addPartition(DataSource database) throws SQLException {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try (var statement = connection.createStatement()) {
        statement.execute("lock table event_store.log_partition in exclusive mode");
        int added;
        try (var row =
            statement.executeQuery("select max(partition) + 1 from event_store.log_partition")) {
          row.next();
          added = row.getInt(1);
        }
        if (added >= MAX) {
          throw new IllegalStateException("There can be no more than " + MAX + " partitions");
        }
        for (int partition = 0; partition < added; partition++) {
          statement.execute(
              "select pg_advisory_xact_lock(" + AppendSql.LOCK_CLASS + ", " + partition + ")");
        }
        statement.executeUpdate(
            "insert into event_store.log_partition (partition) values (" + added + ")");
        statement.executeUpdate(
            "update event_store.slot set partition = slot % "
                + (added + 1)
                + " where not exists (select from event_store.event)"
                + " and not exists (select from event_store.receipt)"
                + " and not exists (select from event_store.unique_key)");
        connection.commit();
        return added;
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    }
  }

  /** Returns all partitions, ascending. */
  public List<Integer> all() {
    return partitions;
  }

  /** Returns the slot of a key: CRC-32C of tenant, a zero byte and key, modulo 4,096. */
  public static int slotOf(TenantId tenant, String key) {
    var crc = new CRC32C();
    crc.update(tenant.value().getBytes(StandardCharsets.UTF_8));
    crc.update(0);
    crc.update(key.getBytes(StandardCharsets.UTF_8));
    return (int) (crc.getValue() % SLOTS);
  }

  @Override
  public int forKey(TenantId tenant, String key) {
    return slots[slotOf(tenant, key)];
  }

  @Override
  public int any() {
    return partitions.get(Math.floorMod(next.getAndIncrement(), partitions.size()));
  }

  @Override
  public UUID newStreamId(int partition) {
    return StreamIds.of(
        clock.nowMicros() / 1_000, partition, ThreadLocalRandom.current().nextLong());
  }
}
