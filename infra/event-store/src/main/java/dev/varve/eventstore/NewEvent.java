package dev.varve.eventstore;

import java.util.UUID;

/**
 * An event to append.
 *
 * @param streamId the stream, in the unit's partition
 * @param streamType {@code execution} or {@code definition}
 * @param sequence its place in the stream, from 0; refused with {@code StreamConflict} when taken
 * @param eventId UUIDv7, unique
 * @param payload one of the registered event records
 */
public record NewEvent(
    UUID streamId, String streamType, long sequence, UUID eventId, Object payload) {}
