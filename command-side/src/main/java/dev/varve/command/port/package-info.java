/**
 * What the write side needs from outside: queues, clock.
 *
 * <p>May depend on: {@code dev.varve.api}.
 *
 * <p>Must not depend on: Axon, Spring, JDBC.
 */
@NullMarked
package dev.varve.command.port;

import org.jspecify.annotations.NullMarked;
