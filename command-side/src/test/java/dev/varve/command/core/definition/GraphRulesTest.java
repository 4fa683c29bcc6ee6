package dev.varve.command.core.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.varve.api.common.Limits;
import dev.varve.api.definition.Definition;
import dev.varve.api.definition.Edge;
import dev.varve.api.definition.Effort;
import dev.varve.api.definition.Join;
import dev.varve.api.definition.Node;
import dev.varve.api.rejection.FieldError;
import dev.varve.command.core.execution.Flow;
import java.util.List;
import org.junit.jupiter.api.Test;

class GraphRulesTest {
  private static List<FieldError> check(Flow flow) {
    return GraphRules.check(flow.definition());
  }

  private static List<String> faults(Flow flow) {
    return check(flow).stream().map(error -> error.code() + " " + error.pointer()).toList();
  }

  @Test
  void a_good_graph_has_no_faults() {
    assertThat(
            check(
                new Flow()
                    .task("a", "b", "c")
                    .join("d", new Join(2))
                    .node(new Node.EndNode("e", null, Flow.json("{}"), Join.ANY))
                    .when("a", "b", "true")
                    .otherwise("a", "c")
                    .path("b", "d", "e")
                    .path("c", "d")))
        .isEmpty();
  }

  @Test
  void an_id_that_is_used_twice_names_the_first_use() {
    List<FieldError> errors = check(new Flow().task("a", "b", "a"));

    assertThat(errors)
        .containsExactly(
            FieldError.of(
                "definition.node-duplicate",
                "/nodes/2/id",
                "Expected ids to be unique, but \"a\" is already the id of /nodes/0"));
  }

  @Test
  void a_dangling_edge_is_reported_with_the_nearest_id() {
    List<FieldError> errors =
        check(new Flow().task("ship", "charge", "shop").path("charge", "shipp").path("nn", "ship"));

    assertThat(errors)
        .extracting(FieldError::code, FieldError::pointer, FieldError::detail)
        .containsExactly(
            tuple(
                "definition.edge-dangling",
                "/edges/0/to",
                "No node has id \"shipp\"; did you mean \"ship\"?"),
            tuple("definition.edge-dangling", "/edges/1/from", "No node has id \"nn\""));
  }

  @Test
  void of_two_equally_near_ids_the_first_in_the_alphabet_is_suggested() {
    assertThat(check(new Flow().task("cab", "bab", "dab").path("cab", "xab")).getFirst().detail())
        .endsWith("did you mean \"bab\"?");
    assertThat(check(new Flow().task("bab", "cab").path("cab", "xab")).getFirst().detail())
        .endsWith("did you mean \"bab\"?");
  }

  @Test
  void a_long_wrong_id_is_echoed_in_part_and_gets_no_suggestion() {
    String wrong = "x".repeat(70);

    assertThat(check(new Flow().task("a").path("a", wrong)).getFirst().detail())
        .isEqualTo("No node has id \"" + "x".repeat(64) + "…\"");
  }

  @Test
  void self_edges_edges_out_of_an_end_and_edges_out_of_a_fail_are_faults() {
    assertThat(
            faults(
                new Flow()
                    .task("a", "b")
                    .node(new Node.EndNode("e", null, Flow.json("{}"), Join.ALL))
                    .node(new Node.FailNode("f", null, Flow.json("{}"), Join.ALL))
                    .node(new Node.HttpNode("h", null, Flow.json("{}"), Join.ALL, Effort.DEFAULT))
                    .transform("t", "{}")
                    .delay("d", "{}")
                    .path("a", "a")
                    .path("h", "e", "b")
                    .path("t", "f", "b")
                    .path("d", "b")))
        .containsExactly(
            "definition.edge-self /edges/0",
            "definition.edge-end /edges/2/from",
            "definition.edge-end /edges/4/from");
  }

  @Test
  void an_edge_has_at_most_one_condition_and_a_node_at_most_one_otherwise() {
    assertThat(
            faults(
                new Flow()
                    .task("a", "b", "c")
                    .edge(new Edge("a", "b", "true", true))
                    .otherwise("a", "c")))
        .containsExactly(
            "definition.edge-condition /edges/0", "definition.otherwise /edges/1/otherwise");
  }

  @Test
  void a_cycle_is_listed_and_what_cannot_be_reached_is_named() {
    List<FieldError> errors =
        check(new Flow().task("x", "a", "b", "c").path("a", "b", "a").path("b", "c"));

    assertThat(errors)
        .extracting(FieldError::code, FieldError::pointer, FieldError::detail)
        .containsExactly(
            tuple(
                "definition.cycle",
                "/edges/0",
                "Expected no cycle, but a → b → a leads back to its beginning"),
            tuple(
                "definition.unreachable", "/nodes/1", "No path leads from an entry node to \"a\""),
            tuple(
                "definition.unreachable", "/nodes/2", "No path leads from an entry node to \"b\""),
            tuple(
                "definition.unreachable", "/nodes/3", "No path leads from an entry node to \"c\""));
  }

  @Test
  void a_cycle_behind_an_entry_is_found() {
    assertThat(
            faults(
                new Flow().task("a", "b", "c", "d").path("a", "b", "c", "d", "b").path("a", "d")))
        .containsExactly("definition.cycle /edges/1");
  }

  @Test
  void a_long_cycle_is_listed_in_part() {
    Flow flow = new Flow();
    for (int i = 0; i < 5_000; i++) {
      flow.task("n" + i).path("n" + i, "n" + (i + 1) % 5_000);
    }

    List<FieldError> errors = check(flow);

    assertThat(errors)
        .extracting(FieldError::code)
        .containsExactly("definition.no-entry", "definition.cycle");
    assertThat(errors.getLast().detail()).contains("n0 → n1 → ").contains("n9 → … → n0 ");
  }

  @Test
  void a_graph_needs_a_node_to_begin_with() {
    assertThat(check(new Flow()))
        .containsExactly(
            FieldError.of(
                "definition.no-entry", "/nodes", "Expected at least one node, but there is none"));
    assertThat(faults(new Flow().task("a", "b").path("a", "b", "a")))
        .containsExactly("definition.no-entry /nodes", "definition.cycle /edges/0");
  }

  @Test
  void a_join_asks_for_no_more_edges_than_there_are() {
    assertThat(
            faults(
                new Flow()
                    .task("a", "b")
                    .join("c", new Join(3))
                    .join("d", new Join(2))
                    .path("a", "c")
                    .path("b", "c")))
        .containsExactly("definition.join /nodes/2/join", "definition.join /nodes/3/join");
  }

  @Test
  void limits_hold_at_the_limit_and_one_above() {
    Flow flow = new Flow();
    for (int i = 0; i < Limits.NODES_MAX; i++) {
      flow.task("n" + i);
    }
    assertThat(faults(flow)).isEmpty();
    assertThat(faults(flow.task("more"))).containsExactly("definition.limit /nodes");

    Flow edges = new Flow().task("a", "b");
    for (int i = 0; i < Limits.FAN_OUT_MAX; i++) {
      edges.path("a", "b");
    }
    assertThat(faults(edges)).isEmpty();
    assertThat(faults(edges.path("a", "b"))).containsExactly("definition.limit /nodes/0");
    for (int i = Limits.FAN_OUT_MAX; i < Limits.EDGES_MAX; i++) {
      edges.path("a", "b");
    }
    assertThat(faults(edges)).containsExactly("definition.limit /edges");
  }

  @Test
  void no_more_problems_are_reported_than_the_limit() {
    Flow cycles = new Flow().task("x");
    Flow dangling = new Flow().task("x");
    for (int i = 0; i < 2 * Limits.PROBLEMS_MAX; i++) {
      cycles.task("a" + i, "b" + i).path("a" + i, "b" + i, "a" + i);
      dangling.path("x", "nowhere" + i);
    }
    Flow dense = new Flow().task("a", "b");
    for (int i = 0; i < 2 * Limits.PROBLEMS_MAX; i++) {
      dense.path("a", "b", "a");
    }

    assertThat(check(cycles)).hasSize(Limits.PROBLEMS_MAX);
    assertThat(check(dangling)).hasSize(Limits.PROBLEMS_MAX);
    assertThat(check(dense)).hasSize(Limits.PROBLEMS_MAX);
  }

  @Test
  void the_same_definition_always_gives_the_same_faults() {
    Definition definition =
        new Flow().task("a", "b", "a").path("a", "c").path("b", "a", "b").definition();

    assertThat(GraphRules.check(definition)).isEqualTo(GraphRules.check(definition)).isNotEmpty();
  }
}
