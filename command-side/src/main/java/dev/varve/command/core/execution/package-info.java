/**
 * Decides on executions: the state of a run and what may happen next.
 *
 * <p>May depend on: {@code core}, {@code dev.varve.api}.
 *
 * <p>Must not depend on: Axon, Spring, clock, randomness, IO.
 */
@NullMarked
package dev.varve.command.core.execution;

import org.jspecify.annotations.NullMarked;
