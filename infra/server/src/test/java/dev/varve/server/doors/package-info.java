/**
 * One running server for all tests of its doors, and those tests.
 *
 * <p>May depend on: the server, the command line and the test kit.
 *
 * <p>Must not depend on: nothing is forbidden here.
 */
@NullMarked
package dev.varve.server.doors;

import org.jspecify.annotations.NullMarked;
