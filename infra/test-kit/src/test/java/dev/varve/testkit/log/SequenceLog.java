package dev.varve.testkit.log;

import dev.varve.api.log.AppendException;
import dev.varve.api.log.CommandCommit;
import dev.varve.api.log.Committed;
import dev.varve.api.log.LogPosition;
import dev.varve.eventstore.AppendUnit;
import dev.varve.eventstore.EventLog;
import dev.varve.eventstore.EventTypes;
import dev.varve.eventstore.NewEvent;
import dev.varve.eventstore.codec.MetadataCodec;
import dev.varve.eventstore.codec.PayloadCodec;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * Wrong: draws positions from a database sequence, one transaction per unit, as most event tables
 * do.
 */
final class SequenceLog extends DelegatingLog {
  private static final String INSERT =
      """
      insert into event_store.event
        (partition, position, recorded_at, node, type, revision, command_offset, sequence, stream_id, event_id,
         tenant_id, metadata, payload, hash)
      select ?::smallint, nextval('event_store.wrong'), clock_timestamp(), n.id, t.id, 1, 0, ?, ?, ?, ?, ?, ?,
             decode(repeat('00', 32), 'hex')
        from event_store.event_type t, event_store.node n
       where t.name = ? and n.name = ?
      """;

  private final EventTypes types = EventTypes.standard();
  private final PayloadCodec codec = new PayloadCodec(1 << 20);
  private final TestDatabase database;
  private final String node;

  SequenceLog(EventLog log, TestDatabase database, String node) {
    super(log);
    this.database = database;
    this.node = node;
    database.run("create sequence if not exists event_store.wrong");
  }

  @Override
  public CompletableFuture<List<Committed>> append(AppendUnit unit) {
    return CompletableFuture.supplyAsync(() -> write(unit), task -> Thread.ofVirtual().start(task));
  }

  private List<Committed> write(AppendUnit unit) {
    try (Connection connection = database.pool().getConnection();
        PreparedStatement insert = connection.prepareStatement(INSERT)) {
      connection.setAutoCommit(false);
      int next = 0;
      for (CommandCommit commit : unit.commits()) {
        for (int i = 0; i < commit.eventCount(); i++) {
          bind(insert, unit, unit.events().get(next++), commit);
          insert.executeUpdate();
        }
      }
      LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(3_000_000));
      connection.commit();
      return unit.commits().stream()
          .map(c -> new Committed(LogPosition.start(unit.partition()), c.answer(), false))
          .toList();
    } catch (SQLException e) {
      NewEvent first = unit.events().getFirst();
      throw new AppendException.StreamConflict(first.streamId(), first.sequence());
    }
  }

  private void bind(PreparedStatement insert, AppendUnit unit, NewEvent event, CommandCommit commit)
      throws SQLException {
    insert.setInt(1, unit.partition());
    insert.setLong(2, event.sequence());
    insert.setObject(3, event.streamId());
    insert.setObject(4, event.eventId());
    insert.setString(5, commit.metadata().tenant().value());
    insert.setBytes(6, MetadataCodec.encode(commit.metadata()));
    insert.setBytes(7, codec.encode(types.write(event.payload())));
    insert.setString(8, types.of(event.payload().getClass()).name());
    insert.setString(9, node);
  }
}
