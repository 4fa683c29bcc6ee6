package dev.varve.command.core.execution;

import static dev.varve.api.execution.NodeStatus.ACTIVE;
import static dev.varve.api.execution.NodeStatus.COMPLETED;
import static dev.varve.api.execution.NodeStatus.PENDING;
import static dev.varve.api.execution.NodeStatus.SKIPPED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.common.NodePath;
import dev.varve.api.definition.Join;
import dev.varve.api.execution.ExecutionEvent.NodeCompleted;
import dev.varve.api.execution.ExecutionStatus;
import dev.varve.api.execution.SkippedNode;
import org.junit.jupiter.api.Test;

class JoinTest {
  private static Flow diamond(Join join) {
    return new Flow().task("a").task("b").join("c", join).path("a", "c").path("b", "c");
  }

  @Test
  void a_join_all_waits_until_every_incoming_edge_is_decided() {
    Run run = Run.started(diamond(Join.ALL));

    run.complete("a");
    assertThat(run.status("c")).isEqualTo(PENDING);
    run.complete("b");

    assertThat(run.status("c")).isEqualTo(ACTIVE);
  }

  @Test
  void a_join_any_runs_at_the_first_taken_edge_and_ignores_later_ones() {
    Run run = Run.started(diamond(Join.ANY));

    run.complete("b");
    assertThat(run.status("c")).isEqualTo(ACTIVE);
    run.complete("c");
    assertThat(run.state().terminal()).isFalse();
    NodeCompleted late = (NodeCompleted) run.complete("a").getFirst();

    assertThat(late.taken()).containsExactly("a->c");
    assertThat(late.activated()).isEmpty();
    assertThat(run.state().status()).isEqualTo(ExecutionStatus.COMPLETED);
  }

  @Test
  void a_join_any_is_skipped_only_when_all_its_edges_are() {
    Run run =
        Run.started(
            new Flow()
                .task("a", "b")
                .join("c", Join.ANY)
                .when("a", "c", "false")
                .when("b", "c", "false"));

    run.complete("a");
    assertThat(run.status("c")).isEqualTo(PENDING);
    run.complete("b");

    assertThat(run.status("c")).isEqualTo(SKIPPED);
    assertThat(run.node("c").skipReason()).isEqualTo("none of the 2 incoming edges was taken");
    assertThat(run.state().status()).isEqualTo(ExecutionStatus.COMPLETED);
  }

  @Test
  void a_join_number_runs_at_that_many_taken_edges() {
    Run run =
        Run.started(
            new Flow()
                .task("a", "b", "c")
                .join("d", new Join(2))
                .path("a", "d")
                .path("b", "d")
                .path("c", "d"));

    run.complete("c");
    assertThat(run.status("d")).isEqualTo(PENDING);
    run.complete("a");

    assertThat(run.status("d")).isEqualTo(ACTIVE);
  }

  @Test
  void a_join_number_that_can_no_longer_be_met_skips_the_node_with_the_reason() {
    Run run =
        Run.started(
            new Flow()
                .task("a", "b", "c")
                .join("d", new Join(2))
                .when("a", "d", "false")
                .when("b", "d", "false")
                .path("c", "d"));

    run.complete("a");
    NodeCompleted second = (NodeCompleted) run.complete("b").getFirst();

    assertThat(second.skipped())
        .extracting(SkippedNode::reason)
        .containsExactly("join 2 cannot be met by the 3 incoming edges");
    assertThat(run.status("d")).isEqualTo(SKIPPED);
  }

  @Test
  void an_and_join_after_a_choice_runs_with_the_branch_that_was_chosen() {
    Run run =
        Run.started(
            new Flow()
                .task("a", "left", "right", "join")
                .when("a", "left", "nodes.a.output.n < 5")
                .otherwise("a", "right")
                .path("left", "join")
                .path("right", "join"));

    NodeCompleted choice = (NodeCompleted) run.complete("a", "{'n': 3}").getFirst();
    assertThat(choice.skipped())
        .containsExactly(
            new SkippedNode(
                new NodePath("right"),
                "no incoming edge was taken: a->right (another edge was taken)"));
    assertThat(run.status("join")).isEqualTo(PENDING);
    run.complete("left");

    assertThat(run.status("join")).isEqualTo(ACTIVE);
    run.complete("join");
    assertThat(run.state().status()).isEqualTo(ExecutionStatus.COMPLETED);
  }

  @Test
  void a_diamond_whose_sides_are_both_skipped_is_skipped_to_its_end() {
    Run run =
        Run.started(
            new Flow()
                .task("a", "left", "right", "join", "after")
                .when("a", "left", "false")
                .when("a", "right", "false")
                .path("left", "join", "after")
                .path("right", "join"));

    NodeCompleted only = (NodeCompleted) run.complete("a").getFirst();

    assertThat(only.skipped())
        .extracting(skipped -> skipped.path() + ": " + skipped.reason())
        .containsExactly(
            "left: no incoming edge was taken: a->left (when was false)",
            "right: no incoming edge was taken: a->right (when was false)",
            "join: none of the 2 incoming edges was taken",
            "after: no incoming edge was taken: join->after (join was skipped)");
    assertThat(run.state().status()).isEqualTo(ExecutionStatus.COMPLETED);
  }

  @Test
  void a_node_that_a_skip_makes_ready_is_activated_by_the_same_event() {
    Run run =
        Run.started(
            new Flow()
                .task("a", "b", "c", "join")
                .path("a", "join")
                .when("b", "c", "false")
                .path("c", "join"));

    run.complete("a");
    NodeCompleted second = (NodeCompleted) run.complete("b").getFirst();

    assertThat(second.taken()).isEmpty();
    assertThat(second.skipped()).hasSize(1);
    assertThat(second.scheduled()).extracting(task -> task.nodeId()).containsExactly("join");
  }

  @Test
  void two_edges_between_the_same_nodes_are_two_edges() {
    Run run =
        Run.started(
            new Flow()
                .task("a")
                .join("b", new Join(2))
                .when("a", "b", "false")
                .when("a", "b", "true"));

    run.complete("a");

    assertThat(run.status("b")).isEqualTo(SKIPPED);
    assertThat(run.status("a")).isEqualTo(COMPLETED);
  }
}
