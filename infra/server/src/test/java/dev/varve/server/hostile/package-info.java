/**
 * Hostile and clumsy input, sent to a real server.
 *
 * <p>May depend on: the server and the test kit.
 *
 * <p>Must not depend on: nothing is forbidden here.
 */
@NullMarked
package dev.varve.server.hostile;

import org.jspecify.annotations.NullMarked;
