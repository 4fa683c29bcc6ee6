/**
 * Stored forms: JSON of events, payload bytes, metadata bytes, leaf and chain hash.
 *
 * <p>May depend on: {@code dev.varve.api}, Jackson.
 *
 * <p>Must not depend on: JDBC, Axon, {@code dev.varve.command}, {@code dev.varve.query}.
 */
@NullMarked
package dev.varve.eventstore.codec;

import org.jspecify.annotations.NullMarked;
