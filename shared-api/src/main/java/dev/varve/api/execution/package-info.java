/**
 * Executions: commands, events, queries, views and states.
 *
 * <p>May depend on: {@code common}, {@code definition}, {@code rejection}.
 *
 * <p>Must not depend on: Spring, Axon.
 */
@NullMarked
package dev.varve.api.execution;

import org.jspecify.annotations.NullMarked;
