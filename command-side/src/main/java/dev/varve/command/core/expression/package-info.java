/**
 * The small interface through which the core evaluates expressions.
 *
 * <p>May depend on: {@code dev.varve.api}.
 *
 * <p>Must not depend on: any expression library, Axon, Spring.
 */
@NullMarked
package dev.varve.command.core.expression;

import org.jspecify.annotations.NullMarked;
