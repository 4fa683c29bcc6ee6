/**
 * Task and timer queues on PostgreSQL, and the projections that fill them.
 *
 * <p>May depend on: {@code dev.varve.api}, {@code dev.varve.command.port}, JDBC, Axon event
 * handling.
 *
 * <p>Must not depend on: {@code dev.varve.command.core}, {@code dev.varve.query}.
 */
@NullMarked
package dev.varve.workqueue;

import org.jspecify.annotations.NullMarked;
