package dev.varve.eventstore.postgres;

import dev.varve.api.common.TenantId;
import dev.varve.api.log.CommandMetadata;
import dev.varve.api.log.LogPosition;
import dev.varve.eventstore.EventTypes;
import dev.varve.eventstore.StoredEvent;
import dev.varve.eventstore.codec.Envelope;
import dev.varve.eventstore.codec.PayloadCodec;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Makes stored events: of what was just written, and of rows. */
final class EventBuilder {
  /** The columns that {@link #read} expects, in order. */
  static final String COLUMNS =
      "position, hash, stream_id, sequence, tenant_id, event_id, type, revision, recorded_at, payload, node";

  private final EventTypes types;
  private final StoredNames names;
  private final PayloadCodec codec;
  private final String node;

  EventBuilder(EventTypes types, StoredNames names, PayloadCodec codec, String node) {
    this.types = types;
    this.names = names;
    this.codec = codec;
    this.node = node;
  }

  /** Returns what was just written, with the very objects that were appended. */
  List<StoredEvent> built(int partition, Batch batch) {
    Instant recordedAt = Instant.EPOCH.plus(batch.recordedAtMicros(), ChronoUnit.MICROS);
    var events = new ArrayList<StoredEvent>(batch.rows.size());
    for (Row row : batch.rows) {
      events.add(
          new StoredEvent(
              new LogPosition(partition, row.position, Envelope.prefix(row.hash)),
              row.event.streamId(),
              row.event.streamType(),
              row.event.sequence(),
              row.command.tenant(),
              row.event.eventId(),
              row.type.name(),
              row.type.revision(),
              recordedAt,
              row.event.payload(),
              row.command,
              node));
    }
    return events;
  }

  /** Returns the event of the row that {@code row} stands on. */
  StoredEvent read(int partition, ResultSet row, CommandMetadata metadata) throws SQLException {
    StoredNames.TypeName type = names.type(row.getInt(7));
    int revision = row.getInt(8);
    PayloadCodec.Body body = codec.decode(row.getBytes(10));
    Object payload = types.read(type.name(), revision, body.bytes(), body.offset(), body.length());
    return new StoredEvent(
        new LogPosition(partition, row.getLong(1), Envelope.prefix(row.getBytes(2))),
        row.getObject(3, UUID.class),
        type.streamType(),
        row.getLong(4),
        new TenantId(row.getString(5)),
        row.getObject(6, UUID.class),
        type.name(),
        revision,
        row.getObject(9, OffsetDateTime.class).toInstant(),
        payload,
        metadata,
        names.node(row.getInt(11)));
  }
}
