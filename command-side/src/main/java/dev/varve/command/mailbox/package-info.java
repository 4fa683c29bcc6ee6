/**
 * One bounded queue of commands per stream: order, back-pressure, idempotency.
 *
 * <p>May depend on: {@code dev.varve.api}, {@code port}, the batch messages of {@code axon}, Axon
 * command bus.
 *
 * <p>Must not depend on: {@code core}, JDBC, {@code dev.varve.query}.
 */
@NullMarked
package dev.varve.command.mailbox;

import org.jspecify.annotations.NullMarked;
