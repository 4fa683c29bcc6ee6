/**
 * How each type of node behaves.
 *
 * <p>May depend on: {@code core}, {@code dev.varve.api}.
 *
 * <p>Must not depend on: Axon, Spring, clock, randomness, IO.
 */
@NullMarked
package dev.varve.command.core.execution.node;

import org.jspecify.annotations.NullMarked;
