/**
 * Migrations of the product's schemas and the guards of a start.
 *
 * <p>May depend on: Flyway, JDBC.
 *
 * <p>Must not depend on: Axon, {@code dev.varve.command}, {@code dev.varve.query}.
 */
@NullMarked
package dev.varve.eventstore.schema;

import org.jspecify.annotations.NullMarked;
