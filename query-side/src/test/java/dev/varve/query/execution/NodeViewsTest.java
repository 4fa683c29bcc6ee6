package dev.varve.query.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.execution.ExecutionView.AttemptStatus;
import dev.varve.api.execution.ExecutionView.AttemptView;
import dev.varve.api.execution.ExecutionView.NodeView;
import dev.varve.api.execution.NodeStatus;
import dev.varve.query.execution.ExecutionRows.AttemptRow;
import dev.varve.query.execution.ExecutionRows.GraphNode;
import dev.varve.query.execution.ExecutionRows.NodeRow;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeViewsTest {
  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
  private static final List<GraphNode> GRAPH =
      List.of(
          new GraphNode("reserve", "http"),
          new GraphNode("charge", "task"),
          new GraphNode("ship", "http"));

  @Test
  void nodes_that_were_not_reached_are_pending_in_the_definitions_order() {
    List<NodeView> nodes =
        NodeViews.assemble(GRAPH, List.of(row("charge", NodeStatus.ACTIVE, 1)), List.of());

    assertThat(nodes).extracting(NodeView::id).containsExactly("reserve", "charge", "ship");
    assertThat(nodes)
        .extracting(NodeView::status)
        .containsExactly(NodeStatus.PENDING, NodeStatus.ACTIVE, NodeStatus.PENDING);
    assertThat(nodes).extracting(NodeView::type).containsExactly("http", "task", "http");
    assertThat(nodes.getFirst().attempts()).isEmpty();
  }

  @Test
  void attempts_begin_where_the_one_before_said_and_the_last_is_the_nodes() {
    var first =
        new AttemptRow(
            "charge",
            1,
            AttemptStatus.FAILED,
            T0.plusSeconds(2),
            T0.plusSeconds(5),
            "{\"code\":\"http.500\"}");
    var second =
        new AttemptRow("charge", 2, AttemptStatus.LOST, T0.plusSeconds(7), T0.plusSeconds(8), null);

    List<NodeView> nodes =
        NodeViews.assemble(
            GRAPH, List.of(row("charge", NodeStatus.COMPLETED, 3)), List.of(second, first));

    List<AttemptView> attempts = nodes.get(1).attempts();
    assertThat(attempts).extracting(AttemptView::number).containsExactly(1, 2, 3);
    assertThat(attempts)
        .extracting(AttemptView::status)
        .containsExactly(AttemptStatus.FAILED, AttemptStatus.LOST, AttemptStatus.COMPLETED);
    assertThat(attempts)
        .extracting(AttemptView::startedAt)
        .containsExactly(T0, T0.plusSeconds(5), T0.plusSeconds(8));
    assertThat(attempts)
        .extracting(AttemptView::endedAt)
        .containsExactly(T0.plusSeconds(2), T0.plusSeconds(7), T0.plusSeconds(9));
    assertThat(attempts.getFirst().error()).hasToString("{\"code\":\"http.500\"}");
  }

  @Test
  void the_instances_of_a_node_stand_together_in_the_order_of_their_passes() {
    List<NodeView> nodes =
        NodeViews.assemble(
            GRAPH,
            List.of(
                row("ship", NodeStatus.SKIPPED, 0),
                row("charge@10", NodeStatus.ACTIVE, 1),
                row("charge@2", NodeStatus.COMPLETED, 1)),
            List.of());

    assertThat(nodes)
        .extracting(NodeView::path)
        .containsExactly("reserve", "charge@2", "charge@10", "ship");
  }

  @ParameterizedTest
  @CsvSource({"review,1", "review@2,2", "lines[3].charge,1", "outer@4.charge,1", "a@2.b@31,31"})
  void the_iteration_is_that_of_the_innermost_loop(String path, int iteration) {
    assertThat(NodeViews.iteration(path)).isEqualTo(iteration);
  }

  private static NodeRow row(String path, NodeStatus status, int attempt) {
    boolean ended = status == NodeStatus.COMPLETED;
    return new NodeRow(
        path, status, attempt, T0, ended ? T0.plusSeconds(9) : null, null, null, null, null);
  }
}
