/**
 * Load scenarios and the measurements behind every published figure.
 *
 * <p>May depend on: everything.
 *
 * <p>Must not depend on: being needed by anything.
 */
@NullMarked
package dev.varve.benchmarks;

import org.jspecify.annotations.NullMarked;
