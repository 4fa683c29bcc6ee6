package dev.varve.eventstore;

import dev.varve.api.common.TenantId;
import dev.varve.api.log.CommandMetadata;
import dev.varve.api.log.LogPosition;
import dev.varve.api.log.RecordedEvent;
import java.time.Instant;
import java.util.UUID;

/**
 * An event as the log holds it.
 *
 * @param position where
 * @param streamId the stream
 * @param streamType {@code execution} or {@code definition}
 * @param sequence its place in the stream, from 0
 * @param tenant whose
 * @param eventId UUIDv7
 * @param type stored name, e.g. {@code execution.node-completed}
 * @param revision revision of the payload's shape, as stored
 * @param recordedAt database time of the commit; never decreases with the position
 * @param payload the event record, upcast to the present shape
 * @param metadata metadata of the command that made it
 * @param node name of the node that committed it
 */
public record StoredEvent(
    LogPosition position,
    UUID streamId,
    String streamType,
    long sequence,
    TenantId tenant,
    UUID eventId,
    String type,
    int revision,
    Instant recordedAt,
    Object payload,
    CommandMetadata metadata,
    String node)
    implements RecordedEvent {}
