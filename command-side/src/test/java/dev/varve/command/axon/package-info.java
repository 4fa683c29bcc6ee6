/** Tests of the shells on a real command bus and in Axon's fixture. */
@NullMarked
package dev.varve.command.axon;

import org.jspecify.annotations.NullMarked;
