/**
 * Counts and durations over executions.
 *
 * <p>May depend on: {@code dev.varve.api}, {@code query.projection}, Axon event and query handling,
 * Spring JDBC.
 *
 * <p>Must not depend on: {@code dev.varve.command}, other views.
 */
@NullMarked
package dev.varve.query.statistics;

import org.jspecify.annotations.NullMarked;
