package dev.varve.api.execution;

import dev.varve.api.common.NodePath;

/**
 * A node instance that will not run.
 *
 * @param path the node instance
 * @param reason plain words, e.g. {@code no incoming edge was taken: price -> review (when was
 *     false)}
 */
public record SkippedNode(NodePath path, String reason) {}
