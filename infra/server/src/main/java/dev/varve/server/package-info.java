/**
 * The one server program: wiring, settings, security, metrics, health.
 *
 * <p>May depend on: everything but the test kit and the benchmarks.
 *
 * <p>Must not depend on: nothing is forbidden here, but nobody may depend on it except the
 * benchmarks.
 */
@NullMarked
package dev.varve.server;

import org.jspecify.annotations.NullMarked;
