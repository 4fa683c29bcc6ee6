/**
 * The command line against a server that answers as a test says.
 *
 * <p>May depend on: the command line.
 *
 * <p>Must not depend on: a database, a real server.
 */
@NullMarked
package dev.varve.cli;

import org.jspecify.annotations.NullMarked;
