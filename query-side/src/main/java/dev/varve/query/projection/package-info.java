/**
 * What all projections share: checkpoint, rebuild switch, isolation of a failing one.
 *
 * <p>May depend on: {@code dev.varve.api}, Axon event handling, Spring JDBC.
 *
 * <p>Must not depend on: {@code dev.varve.command}, any one view.
 */
@NullMarked
package dev.varve.query.projection;

import org.jspecify.annotations.NullMarked;
