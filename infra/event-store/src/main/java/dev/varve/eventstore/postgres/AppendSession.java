package dev.varve.eventstore.postgres;

import dev.varve.eventstore.postgres.PreparedUnit.KeyId;
import dev.varve.eventstore.postgres.PreparedUnit.KeyRow;
import dev.varve.eventstore.postgres.PreparedUnit.ReceiptId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One writer's connection with its prepared statements. Used by the writer's thread only. */
final class AppendSession implements AutoCloseable {
  private final Connection connection;
  private final int partition;
  private final int node;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();

  /** What a receipt in the table says. */
  @SuppressWarnings("ArrayRecordComponent")
  record StoredReceipt(
      String bodyHash, UUID commandId, long position, int hashPrefix, byte[] answer) {}

  /** Where an event of the group was found. */
  @SuppressWarnings("ArrayRecordComponent")
  record Landed(long position, byte[] hash) {}

  /** What stands at a position. */
  @SuppressWarnings("ArrayRecordComponent")
  record Place(UUID eventId, byte[] hash) {
    boolean holds(Row row) {
      return eventId.equals(row.event.eventId()) && Arrays.equals(hash, row.hash);
    }
  }

  AppendSession(Connection connection, int partition, int node) throws SQLException {
    this.connection = connection;
    this.partition = partition;
    this.node = node;
    connection.setAutoCommit(true);
  }

  /**
   * Writes a group in one round trip; returns how many events were written, 0 when the tail was not
   * there.
   */
  int insert(Batch batch) throws SQLException {
    boolean receipts = !batch.receipts.isEmpty();
    boolean acquires = !batch.acquired.isEmpty();
    boolean releases = !batch.released.isEmpty() && connection.getAutoCommit();
    PreparedStatement statement = prepare(AppendSql.append(receipts, acquires, releases));
    OffsetDateTime recordedAt = timestamp(batch.recordedAtMicros());
    int next = 1;
    statement.setInt(next++, AppendSql.LOCK_CLASS);
    statement.setInt(next++, partition);
    statement.setLong(next++, batch.base.position());
    statement.setInt(next++, partition);
    statement.setLong(next++, batch.base.position());
    statement.setBytes(next++, batch.base.hash());
    statement.setObject(next++, recordedAt);
    next = receipts ? bindReceipts(statement, next, batch.receipts, recordedAt) : next;
    next = acquires ? bindAcquired(statement, next, List.copyOf(batch.acquired.values())) : next;
    next = releases ? bindReleased(statement, next, batch.released) : next;
    statement.setInt(next++, partition);
    statement.setLong(next++, batch.base.position());
    statement.setObject(next++, recordedAt);
    statement.setInt(next++, node);
    bindEvents(statement, next, batch.rows);
    return statement.executeUpdate();
  }

  private static void bindEvents(PreparedStatement statement, int from, List<Row> rows)
      throws SQLException {
    int next = from;
    statement.setObject(next++, BinaryArray.int2(rows, row -> row.typeId));
    statement.setObject(next++, BinaryArray.int2(rows, row -> row.type.revision()));
    statement.setObject(next++, BinaryArray.int2(rows, row -> row.commandOffset));
    statement.setObject(next++, BinaryArray.int8(rows, row -> row.event.sequence()));
    statement.setObject(next++, BinaryArray.uuid(rows, row -> row.event.streamId()));
    statement.setObject(next++, BinaryArray.uuid(rows, row -> row.event.eventId()));
    statement.setObject(next++, BinaryArray.text(rows, row -> row.command.tenant().value()));
    statement.setObject(next++, BinaryArray.bytea(rows, row -> row.metadata));
    statement.setObject(next++, BinaryArray.bytea(rows, row -> row.payload));
    statement.setObject(next++, BinaryArray.bytea(rows, row -> row.hash));
  }

  private int bindReceipts(
      PreparedStatement statement,
      int from,
      List<Batch.PlacedReceipt> rows,
      OffsetDateTime recordedAt)
      throws SQLException {
    int next = from;
    statement.setInt(next++, partition);
    statement.setObject(next++, recordedAt);
    statement.setObject(next++, BinaryArray.text(rows, r -> r.row().id().tenant()));
    statement.setObject(next++, BinaryArray.text(rows, r -> r.row().id().key()));
    statement.setObject(next++, BinaryArray.text(rows, r -> r.row().bodyHash()));
    statement.setObject(next++, BinaryArray.uuid(rows, r -> r.row().commandId()));
    statement.setObject(next++, BinaryArray.uuid(rows, r -> r.row().streamId()));
    statement.setObject(next++, BinaryArray.int8(rows, r -> r.at().position()));
    statement.setObject(next++, BinaryArray.int4(rows, r -> r.at().hashPrefix()));
    statement.setObject(next++, BinaryArray.bytea(rows, r -> r.row().answer()));
    return next;
  }

  private int bindAcquired(PreparedStatement statement, int from, List<Batch.PlacedKey> rows)
      throws SQLException {
    int next = from;
    statement.setInt(next++, partition);
    statement.setObject(next++, BinaryArray.text(rows, k -> k.row().id().tenant()));
    statement.setObject(next++, BinaryArray.text(rows, k -> k.row().id().scope()));
    statement.setObject(next++, BinaryArray.text(rows, k -> k.row().id().key()));
    statement.setObject(next++, BinaryArray.uuid(rows, k -> k.row().streamId()));
    statement.setObject(next++, BinaryArray.int8(rows, k -> k.at().position()));
    return next;
  }

  private int bindReleased(PreparedStatement statement, int from, List<KeyRow> rows)
      throws SQLException {
    int next = from;
    statement.setObject(next++, BinaryArray.text(rows, k -> k.id().tenant()));
    statement.setObject(next++, BinaryArray.text(rows, k -> k.id().scope()));
    statement.setObject(next++, BinaryArray.text(rows, k -> k.id().key()));
    statement.setObject(next++, BinaryArray.uuid(rows, KeyRow::streamId));
    statement.setInt(next++, partition);
    return next;
  }

  /** Begins a transaction that no other append can overlap. */
  void beginExclusive() throws SQLException {
    connection.setAutoCommit(false);
    PreparedStatement lock = prepare(AppendSql.LOCK_EXCLUSIVE);
    lock.setInt(1, AppendSql.LOCK_CLASS);
    lock.setInt(2, partition);
    lock.executeQuery().close();
  }

  /** Removes released keys in front of the group's own statement. */
  void release(List<KeyRow> released) throws SQLException {
    if (!released.isEmpty()) {
      PreparedStatement statement = prepare(AppendSql.RELEASE);
      bindReleased(statement, 1, released);
      statement.executeUpdate();
    }
  }

  void commit() throws SQLException {
    connection.commit();
    connection.setAutoCommit(true);
  }

  void rollback() throws SQLException {
    if (!connection.getAutoCommit()) {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  Tail readTail() throws SQLException {
    PreparedStatement statement = prepare(AppendSql.READ_TAIL);
    statement.setInt(1, partition);
    try (ResultSet row = statement.executeQuery()) {
      return row.next() ? tail(row) : Tail.empty();
    }
  }

  static Tail tail(ResultSet row) throws SQLException {
    OffsetDateTime at = row.getObject(3, OffsetDateTime.class);
    return new Tail(
        row.getLong(1), row.getBytes(2), ChronoUnit.MICROS.between(Instant.EPOCH, at.toInstant()));
  }

  /** Returns the hash at a position, or null when nothing is there. */
  byte @Nullable [] hashAt(long position) throws SQLException {
    PreparedStatement statement = prepare(AppendSql.READ_HASH);
    statement.setInt(1, partition);
    statement.setLong(2, position);
    try (ResultSet row = statement.executeQuery()) {
      return row.next() ? row.getBytes(1) : null;
    }
  }

  /**
   * Tells whether a tail that was seen is still there; {@code present} is the tail there is now.
   */
  boolean holds(Tail seen, Tail present) throws SQLException {
    boolean same = present.position() == seen.position();
    return seen.position() == 0
        || Arrays.equals(seen.hash(), same ? present.hash() : hashAt(seen.position()));
  }

  /** Returns the last sequence of each stream that has events. */
  Map<UUID, Long> versions(List<UUID> streams) throws SQLException {
    var found = new HashMap<UUID, Long>();
    if (!streams.isEmpty()) {
      PreparedStatement statement = prepare(AppendSql.READ_VERSIONS);
      statement.setObject(1, BinaryArray.uuid(streams, stream -> stream));
      statement.setInt(2, partition);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          found.put(row.getObject(1, UUID.class), row.getLong(2));
        }
      }
    }
    return found;
  }

  /** Returns what stands at the positions behind {@code after}, in order; fewer where it ends. */
  List<Place> places(long after, int count) throws SQLException {
    PreparedStatement statement = prepare(AppendSql.READ_PLACES);
    statement.setInt(1, partition);
    statement.setLong(2, after);
    statement.setLong(3, after + count);
    var found = new ArrayList<Place>(count);
    try (ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        found.add(new Place(row.getObject(1, UUID.class), row.getBytes(2)));
      }
    }
    return found;
  }

  /**
   * Waits until everything that is visible is as durable as a commit of this connection's own would
   * be. A commit whose wait for a standby was cut off is visible without that.
   */
  void confirm() throws SQLException {
    prepare(AppendSql.CONFIRM).executeQuery().close();
  }

  /** Returns what stands at the places in their streams that {@code rows} claim, by event id. */
  Map<UUID, Landed> landed(List<Row> rows) throws SQLException {
    var found = new HashMap<UUID, Landed>();
    if (!rows.isEmpty()) {
      PreparedStatement statement = prepare(AppendSql.READ_LANDED);
      statement.setObject(1, BinaryArray.uuid(rows, row -> row.event.streamId()));
      statement.setObject(2, BinaryArray.int8(rows, row -> row.event.sequence()));
      statement.setInt(3, partition);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          found.put(row.getObject(1, UUID.class), new Landed(row.getLong(2), row.getBytes(3)));
        }
      }
    }
    return found;
  }

  Map<ReceiptId, StoredReceipt> receipts(List<ReceiptId> ids) throws SQLException {
    var found = new HashMap<ReceiptId, StoredReceipt>();
    if (!ids.isEmpty()) {
      PreparedStatement statement = prepare(AppendSql.READ_RECEIPTS);
      statement.setObject(1, BinaryArray.text(ids, ReceiptId::tenant));
      statement.setObject(2, BinaryArray.text(ids, ReceiptId::key));
      statement.setInt(3, partition);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          found.put(
              new ReceiptId(row.getString(1), row.getString(2)),
              new StoredReceipt(
                  row.getString(3),
                  row.getObject(4, UUID.class),
                  row.getLong(5),
                  row.getInt(6),
                  row.getBytes(7)));
        }
      }
    }
    return found;
  }

  Map<KeyId, UUID> owners(List<KeyId> ids) throws SQLException {
    var found = new HashMap<KeyId, UUID>();
    if (!ids.isEmpty()) {
      PreparedStatement statement = prepare(AppendSql.READ_OWNERS);
      statement.setObject(1, BinaryArray.text(ids, KeyId::tenant));
      statement.setObject(2, BinaryArray.text(ids, KeyId::scope));
      statement.setObject(3, BinaryArray.text(ids, KeyId::key));
      statement.setInt(4, partition);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          found.put(
              new KeyId(row.getString(1), row.getString(2), row.getString(3)),
              row.getObject(4, UUID.class));
        }
      }
    }
    return found;
  }

  @Override
  public void close() {
    for (PreparedStatement statement : new ArrayList<>(prepared.values())) {
      closeQuietly(statement);
    }
    closeQuietly(connection);
  }

  private PreparedStatement prepare(String sql) throws SQLException {
    PreparedStatement statement = prepared.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      prepared.put(sql, statement);
    }
    return statement;
  }

  private static OffsetDateTime timestamp(long micros) {
    return OffsetDateTime.ofInstant(Instant.EPOCH.plus(micros, ChronoUnit.MICROS), ZoneOffset.UTC);
  }

  private static void closeQuietly(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      // The connection is given up; the database notices.
      org.slf4j.LoggerFactory.getLogger(AppendSession.class).debug("Could not close", e);
    }
  }
}
