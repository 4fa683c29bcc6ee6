package dev.varve.command.core.definition;

import dev.varve.api.definition.Definition;
import dev.varve.api.definition.Edge;
import dev.varve.api.definition.Node;
import dev.varve.command.core.expression.ExpressionCompiler;
import dev.varve.command.core.expression.Template;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One published version, ready to be executed: nodes and edges by index, expressions compiled,
 * schemas prepared. Immutable and thread safe; made once per version and shared by all its
 * executions.
 */
public final class CompiledDefinition {
  private final Definition definition;
  private final int version;
  private final String hash;
  private final CompiledNode[] nodes;
  private final CompiledEdge[] edges;
  private final int[] entries;
  private final Map<String, CompiledNode> byId;
  private final @Nullable Template output;
  private final InputCheck inputCheck;
  private final InputCheck outputCheck;

  private CompiledDefinition(
      Graph graph, int version, String hash, @Nullable Template output, Checks checks) {
    this.definition = graph.definition;
    this.version = version;
    this.hash = hash;
    this.nodes = graph.nodes;
    this.edges = graph.edges;
    this.entries = graph.entries;
    this.byId = graph.byId;
    this.output = output;
    this.inputCheck = checks.input;
    this.outputCheck = checks.output;
  }

  /**
   * Compiles a definition that {@link GraphRules} found no fault in.
   *
   * @param definition the parsed document
   * @param version its number, from 1
   * @param hash hash of the canonical document
   * @param expressions compiles templates and conditions
   * @param schemas prepares a JSON Schema for checking
   * @throws IllegalArgumentException when an expression does not compile or an edge leads nowhere
   */
  public static CompiledDefinition compile(
      Definition definition,
      int version,
      String hash,
      ExpressionCompiler expressions,
      Function<JsonNode, InputCheck> schemas) {
    Graph graph = Graph.of(definition, expressions);
    JsonNode output = definition.output();
    return new CompiledDefinition(
        graph,
        version,
        hash,
        output == null ? null : expressions.template(output, graph.ids),
        new Checks(check(definition.input(), schemas), check(definition.outputSchema(), schemas)));
  }

  private static InputCheck check(
      @Nullable JsonNode schema, Function<JsonNode, InputCheck> schemas) {
    return schema == null ? InputCheck.ANYTHING : schemas.apply(schema);
  }

  /** Returns the definition's name. */
  public String name() {
    return definition.name();
  }

  /** Returns the version, from 1. */
  public int version() {
    return version;
  }

  /** Returns the hash of the canonical document. */
  public String hash() {
    return hash;
  }

  /** Returns the parsed document. */
  public Definition definition() {
    return definition;
  }

  /** Returns how many nodes there are. */
  public int nodeCount() {
    return nodes.length;
  }

  /** Returns the node at {@code index}. */
  public CompiledNode node(int index) {
    return nodes[index];
  }

  /** Returns the node of that id, or null when there is none. */
  public @Nullable CompiledNode find(String nodeId) {
    return byId.get(nodeId);
  }

  /**
   * Returns the node of that id.
   *
   * @throws IllegalStateException when there is none: the events are not of this version
   */
  public CompiledNode node(String nodeId) {
    CompiledNode node = byId.get(nodeId);
    if (node == null) {
      throw new IllegalStateException(
          "Version " + version + " of " + name() + " has no node " + nodeId);
    }
    return node;
  }

  /** Returns how many edges there are. */
  public int edgeCount() {
    return edges.length;
  }

  /** Returns the edge at {@code index}. */
  public CompiledEdge edge(int index) {
    return edges[index];
  }

  /** Returns how many nodes have no incoming edge. */
  public int entryCount() {
    return entries.length;
  }

  /** Returns the {@code k}-th node without incoming edges, in document order. */
  public CompiledNode entry(int k) {
    return nodes[entries[k]];
  }

  /** Returns the compiled {@code output}; null when the definition has none. */
  public @Nullable Template output() {
    return output;
  }

  /** Returns the check of an execution's input. */
  public InputCheck inputCheck() {
    return inputCheck;
  }

  /** Returns the check of an execution's output. */
  public InputCheck outputCheck() {
    return outputCheck;
  }

  @Override
  public String toString() {
    return name() + " version " + version;
  }

  private record Checks(InputCheck input, InputCheck output) {}

  /** Nodes and edges by index, while they are being linked. */
  private static final class Graph {
    private final Definition definition;
    private final CompiledNode[] nodes;
    private final CompiledEdge[] edges;
    private final int[] entries;
    private final Map<String, CompiledNode> byId = new HashMap<>();
    private final Set<String> ids = new LinkedHashSet<>();

    private Graph(Definition definition, ExpressionCompiler expressions) {
      this.definition = definition;
      Map<String, Integer> indexes = new HashMap<>();
      for (Node node : definition.nodes()) {
        indexes.put(node.id(), indexes.size());
        ids.add(node.id());
      }
      this.edges = edges(definition, indexes, expressions);
      this.nodes = nodes(definition, expressions);
      this.entries =
          Arrays.stream(nodes)
              .filter(node -> node.incomingCount() == 0)
              .mapToInt(CompiledNode::index)
              .toArray();
    }

    static Graph of(Definition definition, ExpressionCompiler expressions) {
      return new Graph(definition, expressions);
    }

    private CompiledEdge[] edges(
        Definition definition, Map<String, Integer> indexes, ExpressionCompiler expressions) {
      List<Edge> source = definition.edges();
      CompiledEdge[] compiled = new CompiledEdge[source.size()];
      for (int i = 0; i < compiled.length; i++) {
        Edge edge = source.get(i);
        Integer from = indexes.get(edge.from());
        Integer to = indexes.get(edge.to());
        if (from == null || to == null) {
          throw new IllegalArgumentException("Edge " + i + " leads to no node");
        }
        String when = edge.when();
        compiled[i] =
            new CompiledEdge(
                i,
                edge,
                from,
                to,
                edge.from() + "->" + edge.to(),
                when == null ? null : expressions.condition(when, ids));
      }
      return compiled;
    }

    private CompiledNode[] nodes(Definition definition, ExpressionCompiler expressions) {
      List<Node> source = definition.nodes();
      List<List<Integer>> outgoing = lists(source.size());
      List<List<Integer>> incoming = lists(source.size());
      for (CompiledEdge edge : edges) {
        outgoing.get(edge.from()).add(edge.index());
        incoming.get(edge.to()).add(edge.index());
      }
      CompiledNode[] compiled = new CompiledNode[source.size()];
      for (int i = 0; i < compiled.length; i++) {
        Node node = source.get(i);
        compiled[i] =
            new CompiledNode(
                i,
                node,
                expressions.template(node.with(), ids),
                ints(outgoing.get(i)),
                ints(incoming.get(i)));
        byId.put(node.id(), compiled[i]);
      }
      return compiled;
    }

    private static List<List<Integer>> lists(int count) {
      List<List<Integer>> lists = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        lists.add(new ArrayList<>(2));
      }
      return lists;
    }

    private static int[] ints(List<Integer> list) {
      return list.stream().mapToInt(Integer::intValue).toArray();
    }
  }
}
