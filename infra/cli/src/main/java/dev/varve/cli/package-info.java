/**
 * The command line: talks to a server over HTTP; verifies a log offline.
 *
 * <p>May depend on: the JDK, picocli, Jackson, {@code dev.varve.eventstore}.
 *
 * <p>Must not depend on: Spring, {@code dev.varve.server}.
 */
@NullMarked
package dev.varve.cli;

import org.jspecify.annotations.NullMarked;
