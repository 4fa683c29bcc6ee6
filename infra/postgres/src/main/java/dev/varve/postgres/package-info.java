/**
 * The embedded PostgreSQL: unpack, initialise, start, supervise, stop.
 *
 * <p>May depend on: the JDK, the driver.
 *
 * <p>Must not depend on: any other package of Varve.
 */
@NullMarked
package dev.varve.postgres;

import org.jspecify.annotations.NullMarked;
