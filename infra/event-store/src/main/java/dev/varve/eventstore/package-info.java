/**
 * The log of facts on PostgreSQL: append with group commit, read, hash chain, schema.
 *
 * <p>May depend on: {@code dev.varve.api}, JDBC, Flyway, Jackson.
 *
 * <p>Must not depend on: {@code dev.varve.command}, {@code dev.varve.query}.
 */
@NullMarked
package dev.varve.eventstore;

import org.jspecify.annotations.NullMarked;
