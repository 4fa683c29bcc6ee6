package dev.varve.query.execution;

import dev.varve.api.common.NodePath;
import dev.varve.api.execution.ExecutionView.AttemptStatus;
import dev.varve.api.execution.ExecutionView.AttemptView;
import dev.varve.api.execution.ExecutionView.NodeView;
import dev.varve.api.execution.NodeStatus;
import dev.varve.query.execution.ExecutionRows.AttemptRow;
import dev.varve.query.execution.ExecutionRows.GraphNode;
import dev.varve.query.execution.ExecutionRows.NodeRow;
import dev.varve.query.projection.JsonText;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Puts the rows of one execution and the nodes of its definition together. */
final class NodeViews {
  /** Type of a node whose definition is not yet in the read model. */
  static final String TYPE_UNKNOWN = "unknown";

  private NodeViews() {}

  /** Returns the nodes in the definition's order, those that were not reached included. */
  static List<NodeView> assemble(
      List<GraphNode> graph, List<NodeRow> rows, List<AttemptRow> attempts) {
    var ordinals = new HashMap<String, Integer>();
    for (GraphNode node : graph) {
      ordinals.put(node.id(), ordinals.size());
    }
    Map<String, List<AttemptRow>> earlier = byPath(attempts);
    Set<String> reached = new HashSet<>();
    var views = new ArrayList<NodeView>(Math.max(graph.size(), rows.size()));
    for (NodeRow row : rows) {
      String id = new NodePath(row.path()).nodeId();
      reached.add(id);
      Integer ordinal = ordinals.get(id);
      String type = ordinal == null ? TYPE_UNKNOWN : graph.get(ordinal).type();
      views.add(view(id, type, row, earlier.getOrDefault(row.path(), List.of())));
    }
    for (GraphNode node : graph) {
      if (!reached.contains(node.id())) {
        views.add(pending(node));
      }
    }
    views.sort(
        Comparator.<NodeView>comparingInt(
                view -> ordinals.getOrDefault(view.id(), Integer.MAX_VALUE))
            .thenComparingInt(NodeView::iteration)
            .thenComparing(NodeView::path));
    return views;
  }

  /** Returns the pass of the innermost loop that {@code path} names, 1 outside loops. */
  static int iteration(String path) {
    int at = path.lastIndexOf('@');
    if (at < 0 || at < path.lastIndexOf('.')) {
      return 1;
    }
    int end = at + 1;
    while (end < path.length() && Character.isDigit(path.charAt(end))) {
      end++;
    }
    return end == at + 1 ? 1 : Integer.parseInt(path, at + 1, end, 10);
  }

  private static Map<String, List<AttemptRow>> byPath(List<AttemptRow> attempts) {
    var byPath = new HashMap<String, List<AttemptRow>>();
    for (AttemptRow attempt : attempts) {
      byPath.computeIfAbsent(attempt.path(), _ -> new ArrayList<>()).add(attempt);
    }
    byPath.values().forEach(list -> list.sort(Comparator.comparingInt(AttemptRow::number)));
    return byPath;
  }

  private static NodeView view(String id, String type, NodeRow row, List<AttemptRow> earlier) {
    return new NodeView(
        id,
        row.path(),
        type,
        row.status(),
        iteration(row.path()),
        attempts(row, earlier),
        JsonText.parse(row.input()),
        JsonText.parse(row.output()),
        JsonText.parse(row.error()),
        row.skipReason(),
        row.startedAt(),
        row.endedAt());
  }

  private static NodeView pending(GraphNode node) {
    return new NodeView(
        node.id(),
        node.id(),
        node.type(),
        NodeStatus.PENDING,
        1,
        List.of(),
        null,
        null,
        null,
        null,
        null,
        null);
  }

  /** Earlier attempts have rows; the last one is told by the node. */
  private static List<AttemptView> attempts(NodeRow row, List<AttemptRow> earlier) {
    if (row.attempt() == 0) {
      return List.of();
    }
    var views = new ArrayList<AttemptView>(earlier.size() + 1);
    Instant startedAt = row.startedAt();
    for (AttemptRow each : earlier) {
      if (each.number() < row.attempt()) {
        views.add(
            new AttemptView(
                each.number(),
                each.status(),
                startedAt,
                each.endedAt(),
                JsonText.parse(each.error())));
        startedAt = each.nextStartedAt();
      }
    }
    AttemptStatus status = lastStatus(row.status());
    views.add(
        new AttemptView(
            row.attempt(),
            status,
            startedAt,
            row.endedAt(),
            status == AttemptStatus.FAILED ? JsonText.parse(row.error()) : null));
    return views;
  }

  private static AttemptStatus lastStatus(NodeStatus status) {
    return switch (status) {
      case PENDING, ACTIVE -> AttemptStatus.ACTIVE;
      case COMPLETED, COMPENSATED -> AttemptStatus.COMPLETED;
      case FAILED -> AttemptStatus.FAILED;
      case SKIPPED, CANCELLED -> AttemptStatus.CANCELLED;
    };
  }
}
