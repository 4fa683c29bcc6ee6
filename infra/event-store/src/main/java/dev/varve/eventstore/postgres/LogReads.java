package dev.varve.eventstore.postgres;

import dev.varve.api.common.TenantId;
import dev.varve.api.log.CommandMetadata;
import dev.varve.api.log.Committed;
import dev.varve.api.log.LogPosition;
import dev.varve.eventstore.Receipt;
import dev.varve.eventstore.StoredEvent;
import dev.varve.eventstore.codec.EventJson;
import dev.varve.eventstore.codec.MetadataCodec;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Reads of the tables of truth, each with a connection of its own from the pool. */
final class LogReads {
  /**
   * Metadata stands beside the first event of a command; the others say how far back that is. The
   * join is one look-up by primary key for those others only.
   */
  private static final String EVENTS =
      """
      select e.position, e.hash, e.stream_id, e.sequence, e.tenant_id, e.event_id, e.type, e.revision, e.recorded_at,
             e.payload, e.node, coalesce(e.metadata, m.metadata)
        from event_store.event e
        left join event_store.event m
          on e.command_offset > 0 and m.partition = e.partition and m.position = e.position - e.command_offset
      """;

  private static final String BY_STREAM =
      EVENTS
          + " where e.partition = ?::smallint and e.stream_id = ? and e.sequence >= ? order by e.sequence limit ?";

  private static final String BY_POSITION =
      EVENTS
          + " where e.partition = ?::smallint and e.position > ? and e.position <= ? order by e.position limit ?";

  private static final String RECEIPT =
      "select body_hash, position, hash_prefix, answer from event_store.receipt where partition = ?::smallint and tenant_id = ? and key = ?";

  private static final String OWNER =
      "select stream_id from event_store.unique_key where partition = ?::smallint and tenant_id = ? and scope = ? and key = ?";

  private static final String RECORDED_AT =
      "select recorded_at, hash from event_store.event where partition = ?::smallint and position = ?";

  private final DataSource database;
  private final EventBuilder builder;

  LogReads(DataSource database, EventBuilder builder) {
    this.database = database;
    this.builder = builder;
  }

  @FunctionalInterface
  private interface Query<T extends @Nullable Object> {
    T run(PreparedStatement statement) throws SQLException;
  }

  List<StoredEvent> stream(int partition, UUID streamId, long fromSequence, int max) {
    return query(
        BY_STREAM,
        ask -> {
          ask.setInt(1, partition);
          ask.setObject(2, streamId);
          ask.setLong(3, fromSequence);
          ask.setInt(4, max);
          return events(partition, ask);
        });
  }

  List<StoredEvent> partition(int partition, long after, int max) {
    return query(
        BY_POSITION,
        ask -> {
          ask.setInt(1, partition);
          ask.setLong(2, after);
          ask.setLong(3, after + max);
          ask.setInt(4, max);
          return events(partition, ask);
        });
  }

  Tail tail(int partition) {
    return query(
        AppendSql.READ_TAIL,
        ask -> {
          ask.setInt(1, partition);
          try (ResultSet row = ask.executeQuery()) {
            return row.next() ? AppendSession.tail(row) : Tail.empty();
          }
        });
  }

  @Nullable Receipt receipt(int partition, TenantId tenant, String key) {
    return query(
        RECEIPT,
        ask -> {
          ask.setInt(1, partition);
          ask.setString(2, tenant.value());
          ask.setString(3, key);
          try (ResultSet row = ask.executeQuery()) {
            if (!row.next()) {
              return null;
            }
            var at = new LogPosition(partition, row.getLong(2), row.getInt(3));
            var answer = EventJson.mapper().readTree(row.getBytes(4));
            return new Receipt(row.getString(1), new Committed(at, answer, true));
          }
        });
  }

  @Nullable UUID keyOwner(int partition, TenantId tenant, String scope, String key) {
    return query(
        OWNER,
        ask -> {
          ask.setInt(1, partition);
          ask.setString(2, tenant.value());
          ask.setString(3, scope);
          ask.setString(4, key);
          try (ResultSet row = ask.executeQuery()) {
            return row.next() ? row.getObject(1, UUID.class) : null;
          }
        });
  }

  /**
   * Returns the last position recorded at or before an instant; times never decrease, so it is
   * searched by halves.
   */
  LogPosition at(int partition, Instant instant, long tailPosition) {
    return query(
        RECORDED_AT,
        ask -> {
          long low = 0;
          long high = tailPosition;
          while (low < high) {
            long middle = low + (high - low + 1) / 2;
            OffsetDateTime recorded = recordedAt(ask, partition, middle);
            if (recorded != null && !recorded.toInstant().isAfter(instant)) {
              low = middle;
            } else {
              high = middle - 1;
            }
          }
          return position(ask, partition, low);
        });
  }

  private static @Nullable OffsetDateTime recordedAt(
      PreparedStatement ask, int partition, long position) throws SQLException {
    ask.setInt(1, partition);
    ask.setLong(2, position);
    try (ResultSet row = ask.executeQuery()) {
      return row.next()
          ? row.getObject(1, OffsetDateTime.class).withOffsetSameInstant(ZoneOffset.UTC)
          : null;
    }
  }

  /** Returns a position with the prefix of the hash that stands there. */
  LogPosition position(int partition, long position) {
    return query(RECORDED_AT, ask -> position(ask, partition, position));
  }

  private static LogPosition position(PreparedStatement ask, int partition, long position)
      throws SQLException {
    ask.setInt(1, partition);
    ask.setLong(2, position);
    try (ResultSet row = ask.executeQuery()) {
      return row.next()
          ? new Tail(position, row.getBytes(2), 0).at(partition)
          : LogPosition.start(partition);
    }
  }

  private List<StoredEvent> events(int partition, PreparedStatement ask) throws SQLException {
    var events = new ArrayList<StoredEvent>();
    byte[] known = new byte[0];
    CommandMetadata command = null;
    try (ResultSet row = ask.executeQuery()) {
      while (row.next()) {
        byte[] metadata = row.getBytes(12);
        if (metadata == null) {
          throw new IllegalStateException(
              "The command of position " + row.getLong(1) + " has no metadata; run verify");
        }
        if (command == null || !java.util.Arrays.equals(known, metadata)) {
          command = MetadataCodec.decode(metadata, new TenantId(row.getString(5)));
          known = metadata;
        }
        events.add(builder.read(partition, row, command));
      }
    }
    return events;
  }

  private <T extends @Nullable Object> T query(String sql, Query<T> query) {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      T result = query.run(statement);
      if (!connection.getAutoCommit()) {
        connection.rollback();
      }
      return result;
    } catch (SQLException e) {
      throw new dev.varve.api.log.AppendException.Unavailable(
          "store.unavailable", "The event store cannot be read", e);
    }
  }
}
