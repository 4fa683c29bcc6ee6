/**
 * What is waiting, and for what: queries over the work tables, which the work queue's projection
 * fills.
 *
 * <p>May depend on: {@code dev.varve.api}, {@code query.projection}, Spring JDBC.
 *
 * <p>Must not depend on: {@code dev.varve.command}, {@code dev.varve.workqueue}, other views.
 */
@NullMarked
package dev.varve.query.work;

import org.jspecify.annotations.NullMarked;
