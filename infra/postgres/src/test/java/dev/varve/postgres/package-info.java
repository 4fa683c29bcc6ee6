/** Tests of the embedded server and of storage at start-up. */
@NullMarked
package dev.varve.postgres;

import org.jspecify.annotations.NullMarked;
