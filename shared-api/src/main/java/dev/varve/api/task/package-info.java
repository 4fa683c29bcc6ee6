/**
 * Tasks as their workers and operators see them: queries, views, attempts and retry policy.
 *
 * <p>May depend on: {@code common}, {@code rejection}.
 *
 * <p>Must not depend on: Spring, Axon.
 */
@NullMarked
package dev.varve.api.task;

import org.jspecify.annotations.NullMarked;
