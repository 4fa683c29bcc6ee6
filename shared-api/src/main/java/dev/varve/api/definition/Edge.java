package dev.varve.api.definition;

import org.jspecify.annotations.Nullable;

/**
 * A directed link between two nodes.
 *
 * @param from id of the source node
 * @param to id of the target node
 * @param when bare CEL condition; null when the edge has none
 * @param otherwise true when the edge is taken only if no other edge of the source was
 */
public record Edge(String from, String to, @Nullable String when, boolean otherwise) {}
