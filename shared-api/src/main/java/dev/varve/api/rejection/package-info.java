/**
 * Why a command was refused: a closed set with stable codes.
 *
 * <p>May depend on: {@code common}.
 *
 * <p>Must not depend on: Spring, Axon.
 */
@NullMarked
package dev.varve.api.rejection;

import org.jspecify.annotations.NullMarked;
