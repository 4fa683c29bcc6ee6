package dev.varve.command.core.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.common.Limits;
import dev.varve.api.definition.Join;
import dev.varve.api.execution.ExecutionEvent.NodeCompleted;
import dev.varve.api.execution.ExecutionStatus;
import dev.varve.api.execution.NodeStatus;
import org.junit.jupiter.api.Test;

/** The size of a graph is no danger, and a step costs the same in a large one as in a small one. */
class ScaleTest {
  private static Flow chain(int length) {
    Flow flow = new Flow();
    for (int i = 0; i < length; i++) {
      flow.task("n" + i);
      if (i > 0) {
        flow.path("n" + (i - 1), "n" + i);
      }
    }
    return flow;
  }

  /** Blocks of the persistent array that completing one node in the middle copies. */
  private static int blocksCopiedByOneStep(int nodes) {
    Run run = new Run(chain(nodes));
    run.accepted(run.start("{}"));
    int middle = nodes / 2;
    for (int i = 0; i < middle; i++) {
      run.apply(run.decideAccepted(run.completion("n" + i, 1, "{}")));
    }
    ExecutionState before = run.state();
    run.complete("n" + middle);
    return run.state().nodes().blocksNotSharedWith(before.nodes());
  }

  @Test
  void a_step_copies_a_few_blocks_whatever_the_number_of_nodes() {
    int small = blocksCopiedByOneStep(10);
    int large = blocksCopiedByOneStep(Limits.NODES_MAX);

    assertThat(small).isEqualTo(1);
    // two paths of four blocks each at most: the completed node and the next one
    assertThat(large).isBetween(1, 8);
  }

  @Test
  void ten_thousand_nodes_are_skipped_by_one_event() {
    Flow flow = chain(Limits.NODES_MAX - 1).task("start").when("start", "n0", "false");
    Run run = Run.started(flow);

    NodeCompleted completed = (NodeCompleted) run.complete("start").getFirst();

    assertThat(completed.skipped()).hasSize(Limits.NODES_MAX - 1);
    assertThat(run.state().status()).isEqualTo(ExecutionStatus.COMPLETED);
    assertThat(run.status("n" + (Limits.NODES_MAX - 2))).isEqualTo(NodeStatus.SKIPPED);
  }

  @Test
  void ten_thousand_transforms_run_in_one_command() {
    Flow flow = new Flow();
    for (int i = 0; i < Limits.NODES_MAX; i++) {
      flow.transform("n" + i, "{}");
      if (i > 0) {
        flow.path("n" + (i - 1), "n" + i);
      }
    }

    Run run = Run.started(flow);

    assertThat(run.events()).hasSize(Limits.NODES_MAX + 2);
    assertThat(run.state().status()).isEqualTo(ExecutionStatus.COMPLETED);
  }

  @Test
  void a_fan_out_of_the_largest_size_is_joined_again() {
    Flow flow = new Flow().task("start").join("end", Join.ALL);
    for (int i = 0; i < Limits.FAN_OUT_MAX; i++) {
      flow.task("n" + i).path("start", "n" + i, "end");
    }
    Run run = Run.started(flow);

    NodeCompleted fan = (NodeCompleted) run.complete("start").getFirst();
    assertThat(fan.scheduled()).hasSize(Limits.FAN_OUT_MAX);
    for (int i = 0; i < Limits.FAN_OUT_MAX; i++) {
      run.apply(run.decideAccepted(run.completion("n" + i, 1, "{}")));
    }
    run.complete("end");

    assertThat(run.state().status()).isEqualTo(ExecutionStatus.COMPLETED);
  }
}
