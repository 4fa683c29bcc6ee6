/**
 * Faults made on purpose, and the verdict on a run with them: a TCP proxy, signals for whole
 * process trees, an HTTP server that misbehaves, floors below which a run proves nothing.
 *
 * <p>May depend on: the JDK and JUnit.
 *
 * <p>Must not depend on: the product, so that it can be used around any process.
 */
@NullMarked
package dev.varve.testkit.fault;

import org.jspecify.annotations.NullMarked;
