/**
 * The log behind Axon's interfaces: event store, snapshots, tokens, dead letters.
 *
 * <p>May depend on: {@code eventstore}, {@code eventstore.feed}, Axon.
 *
 * <p>Must not depend on: {@code dev.varve.command}, {@code dev.varve.query}.
 */
@NullMarked
package dev.varve.eventstore.axon;

import org.jspecify.annotations.NullMarked;
