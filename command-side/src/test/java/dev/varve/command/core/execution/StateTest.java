package dev.varve.command.core.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.common.ErrorInfo;
import dev.varve.api.common.NodePath;
import dev.varve.api.definition.Effort;
import dev.varve.api.execution.ExecutionCommand.FailTask;
import dev.varve.api.execution.NodeStatus;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class StateTest {
  private static Flow flow() {
    return new Flow().task("a", "b", "c").path("a", "c");
  }

  @Test
  void states_are_equal_when_everything_in_them_is() {
    var definition = flow().output("'${nodes.a.output}'").compile();
    Run run = new Run(definition);
    Run same = new Run(definition);
    for (Run each : List.of(run, same)) {
      each.accepted(each.start("{}"));
    }
    assertThat(run.state()).isEqualTo(same.state());
    assertThat(run.state()).isNotEqualTo(ExecutionState.NONE);

    run.complete("a", "1");
    assertThat(run.state()).isNotEqualTo(same.state());
    same.complete("a", "2");
    assertThat(run.state()).isNotEqualTo(same.state());
    for (Run each : List.of(run, same)) {
      each.complete("b");
      each.complete("c");
    }
    assertThat(run.state()).isNotEqualTo(same.state());

    Run other = new Run(definition);
    other.accepted(other.start("{'n': 1}"));
    Run fresh = new Run(definition);
    fresh.accepted(fresh.start("{}"));
    assertThat(other.state()).isNotEqualTo(fresh.state());
  }

  @Test
  void states_that_failed_differently_differ() {
    var definition = flow().compile();
    Run run = new Run(definition);
    Run other = new Run(definition);
    run.accepted(run.start("{}"));
    other.accepted(other.start("{}"));

    run.accepted(run.failure("a", 1, "x", true));
    other.accepted(other.failure("a", 1, "y", true));

    assertThat(run.state()).isNotEqualTo(other.state());
  }

  @Test
  void an_error_keeps_its_details_and_causes_through_a_snapshot() {
    Run run = Run.started(flow());
    ErrorInfo error =
        new ErrorInfo("outer", "o", Flow.json("{'n': 1}"), new ErrorInfo("inner", "i", null, null));

    run.accepted(new FailTask(Run.ID, new NodePath("a"), 1, error, false, null));

    assertThat(run.state().error()).isEqualTo(error);
    assertThat(run.state().toString()).contains("\"cause\"");
  }

  @Test
  void a_snapshot_between_attempts_and_beside_a_delay_and_a_deadline_is_complete() {
    Run run =
        Run.started(
            new Flow()
                .timeout(Duration.ofDays(1))
                .delay("d", "{'duration': 'PT1H'}")
                .task(
                    "a", new Effort(Duration.ofSeconds(5), Duration.ofHours(1), Flow.attempts(3))));

    run.fail("a");

    assertThat(ExecutionState.fromSnapshot(run.state().toSnapshot(), run.definitions()))
        .isEqualTo(run.state());
  }

  @Test
  void an_expression_that_names_no_node_or_one_that_has_not_completed_has_no_value() {
    Run unknown = Run.started(new Flow().transform("t", "{'x': '${nodes.nowhere.output.x}'}"));
    Run pending = Run.started(new Flow().task("a").transform("t", "{'x': '${nodes.a.output.x}'}"));

    assertThat(unknown.status("t")).isEqualTo(NodeStatus.FAILED);
    assertThat(pending.status("t")).isEqualTo(NodeStatus.FAILED);
  }
}
