package dev.varve.command.core.definition;

import dev.varve.api.common.Limits;
import dev.varve.api.definition.Definition;
import dev.varve.api.definition.Edge;
import dev.varve.api.definition.Node;
import dev.varve.api.rejection.FieldError;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a graph must be like to be executed. Reports every fault at once, at most {@code
 * Limits.PROBLEMS_MAX}, in the order of the document; no recursion, so a long chain of nodes is no
 * danger.
 */
public final class GraphRules {
  /**
   * Looking for the nearest of 10,000 ids is not cheap; who has so many faults needs no more of it.
   */
  private static final int SUGGESTIONS_MAX = 10;

  private final Definition definition;
  private final List<FieldError> errors = new ArrayList<>();
  private final Map<String, Integer> indexes = new HashMap<>();
  private final List<List<Integer>> outgoing = new ArrayList<>();
  private final int[] incoming;

  private GraphRules(Definition definition) {
    this.definition = definition;
    this.incoming = new int[definition.nodes().size()];
  }

  /**
   * Checks the graph of {@code definition}.
   *
   * @return faults with codes {@code definition.limit}, {@code .node-duplicate}, {@code
   *     .edge-dangling}, {@code .edge-self}, {@code .edge-end}, {@code .edge-condition}, {@code
   *     .otherwise}, {@code .no-entry}, {@code .cycle}, {@code .unreachable}, {@code .join}; empty
   *     when there are none
   */
  public static List<FieldError> check(Definition definition) {
    GraphRules rules = new GraphRules(definition);
    if (rules.withinLimits()) {
      rules.checkNodes();
      rules.checkEdges();
      rules.checkFanOut();
      rules.checkJoins();
      rules.checkShape();
    }
    return rules.errors.size() > Limits.PROBLEMS_MAX
        ? List.copyOf(rules.errors.subList(0, Limits.PROBLEMS_MAX))
        : List.copyOf(rules.errors);
  }

  private void report(String code, String pointer, String detail) {
    errors.add(FieldError.of(code, pointer, detail));
  }

  private boolean withinLimits() {
    int nodes = definition.nodes().size();
    int edges = definition.edges().size();
    if (nodes > Limits.NODES_MAX) {
      report(
          "definition.limit",
          "/nodes",
          "Expected at most " + Limits.NODES_MAX + " nodes, but there are " + nodes);
    }
    if (edges > Limits.EDGES_MAX) {
      report(
          "definition.limit",
          "/edges",
          "Expected at most " + Limits.EDGES_MAX + " edges, but there are " + edges);
    }
    return errors.isEmpty();
  }

  private void checkNodes() {
    List<Node> nodes = definition.nodes();
    for (int i = 0; i < nodes.size(); i++) {
      outgoing.add(new ArrayList<>(2));
      Integer first = indexes.putIfAbsent(nodes.get(i).id(), i);
      if (first != null) {
        report(
            "definition.node-duplicate",
            "/nodes/" + i + "/id",
            "Expected ids to be unique, but \""
                + nodes.get(i).id()
                + "\" is already the id of /nodes/"
                + first);
      }
    }
  }

  private void checkEdges() {
    Set<String> otherwise = new HashSet<>();
    List<Edge> edges = definition.edges();
    for (int i = 0; i < edges.size(); i++) {
      Edge edge = edges.get(i);
      String pointer = "/edges/" + i;
      Integer from = resolve(edge.from(), pointer + "/from");
      Integer to = resolve(edge.to(), pointer + "/to");
      checkKind(edge, pointer, otherwise);
      if (from == null || to == null) {
        continue;
      }
      if (from.equals(to)) {
        report(
            "definition.edge-self",
            pointer,
            "Expected an edge between two nodes, but it leads from \""
                + edge.from()
                + "\" to itself");
        continue;
      }
      checkSource(definition.nodes().get(from), pointer + "/from");
      outgoing.get(from).add(i);
      incoming[to]++;
    }
  }

  private void checkKind(Edge edge, String pointer, Set<String> otherwise) {
    if (edge.otherwise() && edge.when() != null) {
      report(
          "definition.edge-condition",
          pointer,
          "Expected one of \"when\" and \"otherwise\", but the edge has both");
    }
    if (edge.otherwise() && !otherwise.add(edge.from())) {
      report(
          "definition.otherwise",
          pointer + "/otherwise",
          "Expected at most one \"otherwise\" edge from \""
              + edge.from()
              + "\", but this is another one");
    }
  }

  private void checkSource(Node source, String pointer) {
    switch (source) {
      case Node.EndNode end -> reportEnd(end, pointer);
      case Node.FailNode fail -> reportEnd(fail, pointer);
      case Node.TaskNode _, Node.HttpNode _, Node.TransformNode _, Node.DelayNode _ -> {}
    }
  }

  private void reportEnd(Node node, String pointer) {
    report(
        "definition.edge-end",
        pointer,
        "Expected no edge to leave \""
            + node.id()
            + "\", because a node of type \""
            + node.type()
            + "\" ends its branch");
  }

  private @Nullable Integer resolve(String id, String pointer) {
    Integer index = indexes.get(id);
    if (index == null && errors.size() <= Limits.PROBLEMS_MAX) {
      String near = errors.size() < SUGGESTIONS_MAX ? Nearest.of(id, indexes.keySet()) : null;
      report(
          "definition.edge-dangling",
          pointer,
          "No node has id \""
              + Nearest.echo(id)
              + "\""
              + (near == null ? "" : "; did you mean \"" + near + "\"?"));
    }
    return index;
  }

  private void checkFanOut() {
    for (int i = 0; i < outgoing.size(); i++) {
      int count = outgoing.get(i).size();
      if (count > Limits.FAN_OUT_MAX) {
        report(
            "definition.limit",
            "/nodes/" + i,
            "Expected at most "
                + Limits.FAN_OUT_MAX
                + " edges from one node, but there are "
                + count);
      }
    }
  }

  private void checkJoins() {
    for (int i = 0; i < incoming.length; i++) {
      int required = definition.nodes().get(i).join().required();
      if (required > 1 && required > incoming[i]) {
        report(
            "definition.join",
            "/nodes/" + i + "/join",
            "Expected a join of at most the "
                + incoming[i]
                + " incoming edges, but it is "
                + required);
      }
    }
  }

  private void checkShape() {
    List<Integer> entries = new ArrayList<>();
    for (int i = 0; i < incoming.length; i++) {
      if (incoming[i] == 0) {
        entries.add(i);
      }
    }
    if (entries.isEmpty()) {
      report(
          "definition.no-entry",
          "/nodes",
          incoming.length == 0
              ? "Expected at least one node, but there is none"
              : "Expected a node without incoming edges to begin with, but there is none");
    }
    reportCycles();
    if (!entries.isEmpty()) {
      reportUnreachable(entries);
    }
  }

  private int target(int edge) {
    Integer to = indexes.get(definition.edges().get(edge).to());
    return to == null ? -1 : to;
  }

  private void reportUnreachable(List<Integer> entries) {
    boolean[] seen = new boolean[incoming.length];
    Deque<Integer> queue = new ArrayDeque<>();
    for (int entry : entries) {
      seen[entry] = true;
      queue.add(entry);
    }
    while (!queue.isEmpty()) {
      for (int edge : outgoing.get(queue.remove())) {
        int to = target(edge);
        if (!seen[to]) {
          seen[to] = true;
          queue.add(to);
        }
      }
    }
    for (int i = 0; i < seen.length; i++) {
      if (!seen[i]) {
        report(
            "definition.unreachable",
            "/nodes/" + i,
            "No path leads from an entry node to \"" + definition.nodes().get(i).id() + "\"");
      }
    }
  }

  /** Depth-first search with its own stack: an edge to a node on the stack closes a cycle. */
  private void reportCycles() {
    int[] place = new int[incoming.length];
    Arrays.fill(place, -1);
    boolean[] done = new boolean[incoming.length];
    int[] next = new int[incoming.length];
    List<Integer> stack = new ArrayList<>();
    for (int root = 0; root < incoming.length; root++) {
      if (done[root] || errors.size() > Limits.PROBLEMS_MAX) {
        continue;
      }
      push(root, stack, place);
      while (!stack.isEmpty()) {
        int node = stack.getLast();
        if (next[node] == outgoing.get(node).size()) {
          stack.removeLast();
          place[node] = -1;
          done[node] = true;
          continue;
        }
        int to = target(outgoing.get(node).get(next[node]++));
        if (place[to] >= 0) {
          reportCycle(stack.subList(place[to], stack.size()), next);
        } else if (!done[to]) {
          push(to, stack, place);
        }
      }
    }
  }

  private static void push(int node, List<Integer> stack, int[] place) {
    place[node] = stack.size();
    stack.add(node);
  }

  private void reportCycle(List<Integer> cycle, int[] next) {
    if (errors.size() > Limits.PROBLEMS_MAX) {
      return;
    }
    StringBuilder path = new StringBuilder();
    int shown = Math.min(cycle.size(), 10);
    for (int node : cycle.subList(0, shown)) {
      path.append(definition.nodes().get(node).id()).append(" → ");
    }
    if (shown < cycle.size()) {
      path.append("… → ");
    }
    int first = cycle.getFirst();
    path.append(definition.nodes().get(first).id());
    report(
        "definition.cycle",
        "/edges/" + outgoing.get(first).get(next[first] - 1),
        "Expected no cycle, but " + path + " leads back to its beginning");
  }
}
