/**
 * Aggregate shells and target resolver: the only place on this side that knows aggregates of Axon.
 *
 * <p>May depend on: {@code core}, {@code port}, {@code dev.varve.api}, Axon, Caffeine.
 *
 * <p>Must not depend on: Spring web, JDBC, {@code dev.varve.query}.
 */
@NullMarked
package dev.varve.command.axon;

import org.jspecify.annotations.NullMarked;
