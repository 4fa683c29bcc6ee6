package dev.varve.eventstore.postgres;

import dev.varve.api.common.TenantId;
import dev.varve.api.log.StreamIds;
import dev.varve.eventstore.SnapshotStore;
import java.sql.SQLException;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Snapshots in a table, one per stream. What fails here is logged and costs only time. */
public final class PostgresSnapshots implements SnapshotStore {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresSnapshots.class);

  private final DataSource database;

  /** Makes a store on a pool. */
  public PostgresSnapshots(DataSource database) {
    this.database = database;
  }

  @Override
  public @Nullable Snapshot find(UUID streamId, int stateRevision) {
    try (var connection = database.getConnection();
        var ask =
            connection.prepareStatement(
                "select sequence, payload from event_store.snapshot where partition = ?::smallint and stream_id = ? and state_revision = ?")) {
      ask.setInt(1, StreamIds.partitionOf(streamId));
      ask.setObject(2, streamId);
      ask.setInt(3, stateRevision);
      try (var row = ask.executeQuery()) {
        return row.next()
            ? new Snapshot(streamId, row.getLong(1), stateRevision, row.getBytes(2))
            : null;
      }
    } catch (SQLException e) {
      LOG.warn(
          "The snapshot of stream {} could not be read, the stream is read instead", streamId, e);
      return null;
    }
  }

  @Override
  public void save(TenantId tenant, Snapshot snapshot) {
    try (var connection = database.getConnection();
        var save =
            connection.prepareStatement(
                """
                insert into event_store.snapshot as s
                  (partition, stream_id, tenant_id, sequence, state_revision, payload)
                values (?::smallint, ?, ?, ?, ?, ?)
                on conflict (partition, stream_id) do update
                   set sequence = excluded.sequence, state_revision = excluded.state_revision,
                       payload = excluded.payload, taken_at = now()
                 where s.state_revision <> excluded.state_revision or s.sequence < excluded.sequence
                """)) {
      save.setInt(1, StreamIds.partitionOf(snapshot.streamId()));
      save.setObject(2, snapshot.streamId());
      save.setString(3, tenant.value());
      save.setLong(4, snapshot.sequence());
      save.setInt(5, snapshot.stateRevision());
      save.setBytes(6, snapshot.payload());
      save.executeUpdate();
      if (!connection.getAutoCommit()) {
        connection.commit();
      }
    } catch (SQLException e) {
      LOG.warn("The snapshot of stream {} could not be kept", snapshot.streamId(), e);
    }
  }
}
