/**
 * The description of the API: every route once, printed as OpenAPI without starting anything.
 *
 * <p>May depend on: {@code dev.varve.api}, {@code dev.varve.web}, Jackson.
 *
 * <p>Must not depend on: Spring, the controllers.
 */
@NullMarked
package dev.varve.server.openapi;

import org.jspecify.annotations.NullMarked;
