/**
 * The log on PostgreSQL: writers with group commit, reads, wake-up between nodes, snapshots,
 * partitions.
 *
 * <p>May depend on: {@code eventstore}, {@code eventstore.codec}, {@code eventstore.feed}, {@code
 * eventstore.clock}, JDBC and the PostgreSQL driver.
 *
 * <p>Must not depend on: Axon, {@code dev.varve.command}, {@code dev.varve.query}.
 */
@NullMarked
package dev.varve.eventstore.postgres;

import org.jspecify.annotations.NullMarked;
