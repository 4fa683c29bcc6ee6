/**
 * Definitions and their versions: commands, events, queries, views, and the graph of nodes and
 * edges.
 *
 * <p>May depend on: {@code common}, {@code rejection}.
 *
 * <p>Must not depend on: Spring, Axon.
 */
@NullMarked
package dev.varve.api.definition;

import org.jspecify.annotations.NullMarked;
