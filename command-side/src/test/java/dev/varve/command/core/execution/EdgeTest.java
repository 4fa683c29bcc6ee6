package dev.varve.command.core.execution;

import static dev.varve.api.execution.NodeStatus.ACTIVE;
import static dev.varve.api.execution.NodeStatus.CANCELLED;
import static dev.varve.api.execution.NodeStatus.COMPLETED;
import static dev.varve.api.execution.NodeStatus.FAILED;
import static dev.varve.api.execution.NodeStatus.PENDING;
import static dev.varve.api.execution.NodeStatus.SKIPPED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.common.NodePath;
import dev.varve.api.definition.Effort;
import dev.varve.api.definition.Join;
import dev.varve.api.execution.ExecutionEvent;
import dev.varve.api.execution.ExecutionEvent.ExecutionCompleted;
import dev.varve.api.execution.ExecutionEvent.ExecutionFailed;
import dev.varve.api.execution.ExecutionEvent.NodeCompleted;
import dev.varve.api.execution.ExecutionEvent.NodeFailed;
import dev.varve.api.execution.ExecutionStatus;
import java.util.List;
import org.junit.jupiter.api.Test;

class EdgeTest {
  @Test
  void a_step_from_one_task_to_the_next_is_exactly_one_event() {
    Run run = Run.started(new Flow().task("a", "b").path("a", "b"));

    List<ExecutionEvent> events = run.complete("a", "{'n': 1}");

    assertThat(events).hasSize(1);
    NodeCompleted completed = (NodeCompleted) events.getFirst();
    assertThat(completed.attempt()).isEqualTo(1);
    assertThat(completed.output()).isEqualTo(Flow.json("{'n': 1}"));
    assertThat(completed.taken()).containsExactly("a->b");
    assertThat(completed.activated()).containsExactly(new NodePath("b"));
    assertThat(completed.scheduled()).hasSize(1);
    assertThat(completed.scheduled().getFirst().owner()).isEqualTo("node-1");
    assertThat(completed.timers()).isEmpty();
    assertThat(completed.skipped()).isEmpty();
  }

  @Test
  void every_edge_whose_condition_is_true_is_taken() {
    Run run =
        Run.started(
            new Flow()
                .task("a", "b", "c", "d")
                .when("a", "b", "nodes.a.output.n == 1")
                .when("a", "c", "nodes.a.output.n == 2")
                .when("a", "d", "nodes.a.output.n < 3"));

    run.complete("a", "{'n': 1}");

    assertThat(run.status("b")).isEqualTo(ACTIVE);
    assertThat(run.status("c")).isEqualTo(SKIPPED);
    assertThat(run.status("d")).isEqualTo(ACTIVE);
  }

  @Test
  void otherwise_is_taken_when_no_other_edge_of_the_node_was() {
    Run run =
        Run.started(
            new Flow().task("a", "b", "c").otherwise("a", "c").when("a", "b", "input == 1"));

    run.complete("a");

    assertThat(run.status("b")).isEqualTo(SKIPPED);
    assertThat(run.status("c")).isEqualTo(ACTIVE);
  }

  @Test
  void an_unconditional_edge_counts_as_taken_so_otherwise_is_not() {
    Run run = Run.started(new Flow().task("a", "b", "c").path("a", "b").otherwise("a", "c"));

    run.complete("a");

    assertThat(run.status("b")).isEqualTo(ACTIVE);
    assertThat(run.status("c")).isEqualTo(SKIPPED);
  }

  @Test
  void otherwise_alone_is_taken() {
    Run run = Run.started(new Flow().task("a", "b").otherwise("a", "b"));

    run.complete("a");

    assertThat(run.status("b")).isEqualTo(ACTIVE);
  }

  @Test
  void a_condition_that_cannot_be_evaluated_fails_the_execution_even_with_an_otherwise() {
    Run run =
        Run.started(
            new Flow()
                .task("a", "b", "c", "other")
                .when("a", "b", "nodes.a.output.missing == 1")
                .otherwise("a", "c"));

    List<ExecutionEvent> events = run.complete("a");

    assertThat(events).hasSize(2);
    assertThat(((NodeCompleted) events.getFirst()).taken()).isEmpty();
    ExecutionFailed failed = (ExecutionFailed) events.getLast();
    assertThat(failed.error().code()).isEqualTo("expression.error");
    assertThat(failed.error().details()).isEqualTo(Flow.json("{'pointer': '/edges/0/when'}"));
    assertThat(failed.path()).isEqualTo(new NodePath("a"));
    assertThat(failed.cancelled()).containsExactly(new NodePath("other"));
    assertThat(run.status("a")).isEqualTo(COMPLETED);
    assertThat(run.status("b")).isEqualTo(PENDING);
    assertThat(run.status("c")).isEqualTo(PENDING);
    assertThat(run.status("other")).isEqualTo(CANCELLED);
  }

  @Test
  void a_condition_that_is_no_boolean_fails_the_execution() {
    Run run = Run.started(new Flow().task("a", "b").when("a", "b", "'yes'"));

    ExecutionFailed failed = (ExecutionFailed) run.complete("a").getLast();

    assertThat(failed.error().code()).isEqualTo("expression.error");
    assertThat(failed.error().message())
        .isEqualTo("Expected a condition to be true or false, but it is a string");
  }

  @Test
  void a_configuration_that_cannot_be_evaluated_fails_its_node() {
    Run run =
        Run.started(
            new Flow()
                .task("a")
                .task("b", Effort.DEFAULT, Join.ALL, "{'x': '${nodes.a.output.missing}'}")
                .path("a", "b"));

    List<ExecutionEvent> events = run.complete("a");

    assertThat(events).hasSize(3);
    NodeCompleted completed = (NodeCompleted) events.getFirst();
    assertThat(completed.activated()).containsExactly(new NodePath("b"));
    assertThat(completed.scheduled()).isEmpty();
    NodeFailed failed = (NodeFailed) events.get(1);
    assertThat(failed.attempt()).isZero();
    assertThat(failed.error().code()).isEqualTo("expression.error");
    assertThat(failed.error().details()).isEqualTo(Flow.json("{'pointer': '/nodes/1/with'}"));
    assertThat(run.status("b")).isEqualTo(FAILED);
    assertThat(run.state().status()).isEqualTo(ExecutionStatus.FAILED);
  }

  @Test
  void everything_local_is_decided_in_the_command_of_the_task_whose_event_comes_first() {
    Run run =
        Run.started(
            new Flow()
                .task("a")
                .transform("b", "{'m': '${nodes.a.output.n}'}")
                .transform("c", "{'k': '${nodes.b.output.m}'}")
                .path("a", "b", "c")
                .output("{'result': '${nodes.c.output.k}'}"));

    List<ExecutionEvent> events = run.complete("a", "{'n': 7}");

    assertThat(events)
        .extracting(event -> event.getClass().getSimpleName())
        .containsExactly("NodeCompleted", "NodeCompleted", "NodeCompleted", "ExecutionCompleted");
    assertThat(((ExecutionCompleted) events.getLast()).output())
        .isEqualTo(Flow.json("{'result': 7}"));
    assertThat(((NodeCompleted) events.get(1)).attempt()).isZero();
  }

  @Test
  void siblings_see_what_had_completed_when_they_were_activated() {
    Run run =
        Run.started(
            new Flow()
                .task("a")
                .transform("b", "{'n': 1}")
                .transform("c", "{'n': '${nodes.b.output.n}'}")
                .path("a", "b")
                .path("a", "c"));

    run.complete("a");

    assertThat(run.status("b")).isEqualTo(COMPLETED);
    assertThat(run.status("c")).isEqualTo(FAILED);
  }

  @Test
  void expressions_see_input_variables_and_the_execution() {
    Run run =
        new Run(
            new Flow()
                .variables("{'shop': 'x'}")
                .transform(
                    "a",
                    "{'i': '${input.n}', 'v': '${vars.shop}', 'e': '${execution}', 'list':"
                        + " ['${input.n}', 2]}"));

    run.accepted(run.start("{'n': 1}"));

    assertThat(run.node("a").output())
        .isEqualTo(
            Flow.json(
                "{'i': 1, 'v': 'x', 'e': {'id': '"
                    + Run.ID
                    + "', 'definition': 'flow', 'version': 1, 'businessKey': null}, 'list': [1,"
                    + " 2]}"));
  }
}
