package dev.varve.api.definition;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One workflow graph, parsed and validated.
 *
 * @param name the definition's name
 * @param input JSON Schema of the input; null accepts anything
 * @param outputSchema JSON Schema of the output; null accepts anything
 * @param variables initial {@code vars}, plain JSON, an object
 * @param timeout longest time of an execution; null for none
 * @param nodes in document order
 * @param edges in document order
 * @param output template of the execution's output; null when not given (then the output is null)
 * @param labels labels every execution gets
 */
public record Definition(
    String name,
    @Nullable JsonNode input,
    @Nullable JsonNode outputSchema,
    JsonNode variables,
    @Nullable Duration timeout,
    List<Node> nodes,
    List<Edge> edges,
    @Nullable JsonNode output,
    Map<String, String> labels) {
  /** Copies the collections. */
  public Definition {
    nodes = List.copyOf(nodes);
    edges = List.copyOf(edges);
    labels = Map.copyOf(labels);
  }
}
