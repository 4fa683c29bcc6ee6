/**
 * Reads JSON from outside: strict, bounded, with the place of every fault.
 *
 * <p>May depend on: {@code dev.varve.api}, {@code dev.varve.web}, Jackson.
 *
 * <p>Must not depend on: {@code dev.varve.command}, {@code dev.varve.query}, JDBC, Spring.
 */
@NullMarked
package dev.varve.web.json;

import org.jspecify.annotations.NullMarked;
