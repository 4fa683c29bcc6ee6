/**
 * The database's time, measured.
 *
 * <p>May depend on: JDBC.
 *
 * <p>Must not depend on: Axon, {@code dev.varve.command}, {@code dev.varve.query}.
 */
@NullMarked
package dev.varve.eventstore.clock;

import org.jspecify.annotations.NullMarked;
