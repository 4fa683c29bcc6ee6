/**
 * Projections as operators see them.
 *
 * <p>May depend on: {@code common}, {@code log}.
 *
 * <p>Must not depend on: Spring, Axon.
 */
@NullMarked
package dev.varve.api.projection;

import org.jspecify.annotations.NullMarked;
