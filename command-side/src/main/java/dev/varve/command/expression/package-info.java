/**
 * CEL and JSONata behind the core's expression interface.
 *
 * <p>May depend on: {@code core.expression}, {@code dev.varve.api}, CEL, JSONata.
 *
 * <p>Must not depend on: Axon, Spring, JDBC.
 */
@NullMarked
package dev.varve.command.expression;

import org.jspecify.annotations.NullMarked;
