/**
 * Contracts, specs, doubles and the one test database.
 *
 * <p>May depend on: everything but {@code dev.varve.server}.
 *
 * <p>Must not depend on: being on a runtime path.
 */
@NullMarked
package dev.varve.testkit;

import org.jspecify.annotations.NullMarked;
