/** Processors that follow the log and their tokens, on a real PostgreSQL. */
@NullMarked
package dev.varve.testkit.processor;

import org.jspecify.annotations.NullMarked;
