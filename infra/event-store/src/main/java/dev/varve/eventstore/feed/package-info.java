/**
 * Reading the whole log in order, with notice of new events.
 *
 * <p>May depend on: {@code eventstore}.
 *
 * <p>Must not depend on: {@code dev.varve.command}, {@code dev.varve.query}.
 */
@NullMarked
package dev.varve.eventstore.feed;

import org.jspecify.annotations.NullMarked;
