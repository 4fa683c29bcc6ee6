package dev.varve.eventstore;

/**
 * What the writers of one node have done since they started, for metrics and benchmarks.
 *
 * @param groups groups committed
 * @param events events committed
 * @param units units committed
 * @param slowPaths groups that went through the slow path
 * @param collisions positions or keys found taken by the fast path or again by the slow path
 * @param settled groups whose outcome was open for a while and then found out
 * @param writeNanos time spent in the database by committed groups
 */
public record LogStats(
    long groups,
    long events,
    long units,
    long slowPaths,
    long collisions,
    long settled,
    long writeNanos) {}
