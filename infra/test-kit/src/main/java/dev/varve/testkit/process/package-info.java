/**
 * Real processes for end-to-end tests: started, killed with -9, watched over HTTP.
 *
 * <p>May depend on: the JDK and Jackson. Must not depend on: the engine's own code.
 */
@NullMarked
package dev.varve.testkit.process;

import org.jspecify.annotations.NullMarked;
