/** Tests of what needs no database: folding of events into rows, loops. */
@NullMarked
package dev.varve.workqueue;

import org.jspecify.annotations.NullMarked;
