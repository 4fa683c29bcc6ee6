/**
 * Routes that show something: query in, view out.
 *
 * <p>May depend on: {@code dev.varve.api}, {@code dev.varve.web}, Axon query gateway, Spring web.
 *
 * <p>Must not depend on: JDBC, projections, {@code dev.varve.command}.
 */
@NullMarked
package dev.varve.query.http;

import org.jspecify.annotations.NullMarked;
