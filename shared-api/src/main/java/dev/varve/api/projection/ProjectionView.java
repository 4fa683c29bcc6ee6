package dev.varve.api.projection;

/**
 * How far a projection has come in one partition.
 *
 * @param name the projection
 * @param partition the partition of the log
 * @param position opaque token of the last position that its read model shows
 * @param lagEvents how many events of the partition it has not yet shown
 * @param lagMillis age of the oldest of them in milliseconds; 0 when there are none
 * @param state {@code running}, {@code failed}, {@code stopped}, or {@code elsewhere} when another
 *     node runs it
 * @param parked how many sequences of events are set aside because their handling failed
 */
public record ProjectionView(
    String name,
    int partition,
    String position,
    long lagEvents,
    long lagMillis,
    String state,
    int parked) {}
