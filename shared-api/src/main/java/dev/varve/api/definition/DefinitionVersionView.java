package dev.varve.api.definition;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One version of a definition with its graph.
 *
 * @param name the definition's name
 * @param version which version
 * @param hash SHA-256 in hex of the canonical document
 * @param publishedAt when it was published
 * @param format {@code json} or {@code yaml}
 * @param source the document as posted
 * @param document the canonical document
 * @param nodes in document order
 * @param edges in document order
 * @param asOfPosition opaque token of the log position that this view shows
 */
public record DefinitionVersionView(
    String name,
    int version,
    String hash,
    Instant publishedAt,
    String format,
    String source,
    JsonNode document,
    List<GraphNode> nodes,
    List<GraphEdge> edges,
    String asOfPosition) {
  /** Copies the lists. */
  public DefinitionVersionView {
    nodes = List.copyOf(nodes);
    edges = List.copyOf(edges);
  }

  /**
   * A node of the graph.
   *
   * @param id unique in the version
   * @param type as written in the document
   * @param name for people; null when not given
   */
  public record GraphNode(String id, String type, @Nullable String name) {}

  /**
   * An edge of the graph.
   *
   * @param from id of the source node
   * @param to id of the target node
   * @param condition the {@code when} condition; null when it has none
   * @param otherwise true when it is taken only if no other edge of the source was
   */
  public record GraphEdge(String from, String to, @Nullable String condition, boolean otherwise) {}
}
