/**
 * Doubles and data for tests of dispatching, recovery and timers.
 *
 * <p>May depend on: {@code dev.varve.api}, {@code dev.varve.command.port}, {@code
 * dev.varve.postgres}.
 *
 * <p>Must not depend on: {@code dev.varve.server}.
 */
@NullMarked
package dev.varve.testkit.worker;

import org.jspecify.annotations.NullMarked;
