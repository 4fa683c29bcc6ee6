/**
 * Tests of the wiring and the settings.
 *
 * <p>May depend on: the server and the test kit.
 *
 * <p>Must not depend on: nothing is forbidden here.
 */
@NullMarked
package dev.varve.server;

import org.jspecify.annotations.NullMarked;
