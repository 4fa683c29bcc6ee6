/**
 * Event in, effects out: a command issued, a timer scheduled, a task queued.
 *
 * <p>May depend on: {@code dev.varve.api}, {@code port}, Axon event handling and the command
 * gateway.
 *
 * <p>Must not depend on: core state, JDBC, {@code dev.varve.query}.
 */
@NullMarked
package dev.varve.command.automation;

import org.jspecify.annotations.NullMarked;
