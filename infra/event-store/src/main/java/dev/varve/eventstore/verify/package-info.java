/**
 * Proving that the log is what was written.
 *
 * <p>May depend on: {@code eventstore.codec}, JDBC.
 *
 * <p>Must not depend on: Axon, {@code dev.varve.command}, {@code dev.varve.query}.
 */
@NullMarked
package dev.varve.eventstore.verify;

import org.jspecify.annotations.NullMarked;
