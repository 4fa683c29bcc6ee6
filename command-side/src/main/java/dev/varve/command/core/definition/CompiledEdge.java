package dev.varve.command.core.definition;

import dev.varve.api.definition.Edge;
import dev.varve.command.core.expression.Template;
import org.jspecify.annotations.Nullable;

/**
 * An edge, ready to be decided.
 *
 * @param index place in the document, from 0
 * @param edge as written
 * @param from index of the source node
 * @param to index of the target node
 * @param label {@code from->to}, as events name it
 * @param condition the compiled {@code when}; null when the edge has none
 */
public record CompiledEdge(
    int index, Edge edge, int from, int to, String label, @Nullable Template condition) {
  /** Tells whether the edge is taken only if no other edge of its source was. */
  public boolean otherwise() {
    return edge.otherwise();
  }

  /** Returns the RFC 6901 pointer to the condition in the document. */
  public String pointer() {
    return "/edges/" + index + "/when";
  }
}
