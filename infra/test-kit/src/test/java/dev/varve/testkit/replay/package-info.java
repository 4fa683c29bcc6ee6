/** Tests of the read side on a real log and database. */
@NullMarked
package dev.varve.testkit.replay;

import org.jspecify.annotations.NullMarked;
