/**
 * Decides on definitions and checks their graphs.
 *
 * <p>May depend on: {@code core}, {@code dev.varve.api}.
 *
 * <p>Must not depend on: Axon, Spring, clock, randomness, IO.
 */
@NullMarked
package dev.varve.command.core.definition;

import org.jspecify.annotations.NullMarked;
