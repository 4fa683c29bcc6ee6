/**
 * The functional core: decide and evolve, pure.
 *
 * <p>May depend on: {@code dev.varve.api}, the JDK without IO, clock, randomness or logging, the
 * Jackson tree model.
 *
 * <p>Must not depend on: Axon, Spring, ports, adapters.
 */
@NullMarked
package dev.varve.command.core;

import org.jspecify.annotations.NullMarked;
