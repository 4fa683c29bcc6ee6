/**
 * A node in a process of its own that is halted at a named place around a commit, and what must be
 * true afterwards.
 */
@NullMarked
package dev.varve.testkit.crash;

import org.jspecify.annotations.NullMarked;
