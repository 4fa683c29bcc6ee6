package dev.varve.command.core.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.common.ErrorInfo;
import dev.varve.api.common.Limits;
import dev.varve.api.common.NodePath;
import dev.varve.api.definition.Effort;
import dev.varve.api.definition.Join;
import dev.varve.api.definition.Node;
import dev.varve.api.execution.ExecutionCommand.CancelExecution;
import dev.varve.api.execution.ExecutionCommand.CompleteTask;
import dev.varve.api.execution.ExecutionCommand.StartExecution;
import dev.varve.api.execution.ExecutionEvent;
import dev.varve.api.execution.ExecutionEvent.ExecutionCancelled;
import dev.varve.api.execution.ExecutionEvent.ExecutionCompleted;
import dev.varve.api.execution.ExecutionEvent.ExecutionFailed;
import dev.varve.api.execution.ExecutionEvent.NodeCompleted;
import dev.varve.api.execution.ExecutionEvent.NodeFailed;
import dev.varve.api.execution.ExecutionStatus;
import dev.varve.api.execution.NodeStatus;
import dev.varve.api.log.KeyChange;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NullNode;

class EndingTest {
  private static Node fail(String with) {
    return new Node.FailNode("broken", null, Flow.json(with), Join.ALL);
  }

  @Test
  void an_execution_completes_in_the_command_that_leaves_nothing_to_do() {
    Run run = Run.started(new Flow().task("a", "b"));

    assertThat(run.complete("a")).hasSize(1);
    List<ExecutionEvent> events = run.complete("b");

    assertThat(events).hasSize(2);
    assertThat(events.getLast()).isEqualTo(new ExecutionCompleted(NullNode.instance));
    assertThat(run.state().output()).isEqualTo(NullNode.instance);
  }

  @Test
  void an_execution_without_outside_work_ends_in_the_command_that_starts_it() {
    Run run = new Run(new Flow().transform("a", "{'n': 1}").output("{'n': '${nodes.a.output.n}'}"));

    List<ExecutionEvent> events =
        run.accepted(new StartExecution(Run.ID, "flow", 1, Flow.json("{}"), "order-1", Map.of()));

    assertThat(events).hasSize(3);
    assertThat(events.getLast()).isEqualTo(new ExecutionCompleted(Flow.json("{'n': 1}")));
    assertThat(run.keys())
        .containsExactly(
            KeyChange.acquire("business-key:flow", "order-1"),
            KeyChange.release("business-key:flow", "order-1"));
  }

  @Test
  void an_end_ends_its_own_branch_only() {
    Run run =
        Run.started(
            new Flow()
                .task("a", "b")
                .node(new Node.EndNode("done", null, Flow.json("{}"), Join.ALL))
                .path("a", "done"));

    List<ExecutionEvent> events = run.complete("a");

    assertThat(events).hasSize(2);
    assertThat(((NodeCompleted) events.getLast()).nodeId()).isEqualTo("done");
    assertThat(run.status("done")).isEqualTo(NodeStatus.COMPLETED);
    assertThat(run.state().terminal()).isFalse();
  }

  @Test
  void a_fail_node_fails_the_execution_with_its_code_and_message() {
    Run run =
        Run.started(
            new Flow()
                .task("a", "z")
                .node(fail("{'code': 'out-of-stock', 'message': '${nodes.a.output.why}'}"))
                .path("a", "broken"));

    List<ExecutionEvent> events = run.complete("a", "{'why': 'none left'}");

    ErrorInfo error = ErrorInfo.of("out-of-stock", "none left");
    assertThat(events.subList(1, 3))
        .containsExactly(
            new NodeFailed("broken", new NodePath("broken"), 0, error),
            new ExecutionFailed(error, new NodePath("broken"), List.of(new NodePath("z"))));
    assertThat(run.status("broken")).isEqualTo(NodeStatus.FAILED);
    assertThat(run.status("z")).isEqualTo(NodeStatus.CANCELLED);
  }

  @Test
  void a_fail_node_says_something_even_when_it_is_told_nothing() {
    assertThat(Run.started(new Flow().node(fail("{}"))).state().error())
        .isEqualTo(ErrorInfo.of("failed", ""));
    assertThat(
            Run.started(new Flow().node(fail("{'code': null, 'message': {'n': 1}}")))
                .state()
                .error())
        .isEqualTo(ErrorInfo.of("failed", "{\"n\":1}"));
  }

  @Test
  void local_work_that_a_failure_overtakes_is_cancelled() {
    Run run =
        Run.started(
            new Flow()
                .task("a", "b")
                .node(fail("{}"))
                .transform("t", "{}")
                .path("a", "broken")
                .path("a", "t")
                .path("a", "b"));

    ExecutionFailed failed = (ExecutionFailed) run.complete("a").getLast();

    assertThat(failed.cancelled()).containsExactly(new NodePath("b"), new NodePath("t"));
  }

  @Test
  void an_output_that_cannot_be_evaluated_fails_the_execution_with_the_pointer() {
    Run run = Run.started(new Flow().task("a").output("{'x': '${nodes.a.output.missing}'}"));

    ExecutionFailed failed = (ExecutionFailed) run.complete("a").getLast();

    assertThat(failed.path()).isNull();
    assertThat(failed.error().code()).isEqualTo("expression.error");
    assertThat(failed.error().details()).isEqualTo(Flow.json("{'pointer': '/output'}"));
    assertThat(run.status("a")).isEqualTo(NodeStatus.COMPLETED);
  }

  @Test
  void an_output_that_does_not_fit_its_schema_fails_the_execution_with_every_fault() {
    Run run = Run.started(new Flow().task("a").output("{'x': 1}").outputSchema("['x', 'y', 'z']"));

    ExecutionFailed failed = (ExecutionFailed) run.complete("a").getLast();

    assertThat(failed.error().code()).isEqualTo("output.schema");
    assertThat(failed.error().details())
        .isEqualTo(
            Flow.json(
                "{'pointer': '/output', 'errors': [{'code': 'field.required', 'pointer': '/y',"
                    + " 'detail': 'is required'}, {'code': 'field.required', 'pointer': '/z',"
                    + " 'detail': 'is required'}]}"));
  }

  @Test
  void an_output_above_the_limit_fails_the_execution() {
    Run run =
        Run.started(new Flow().task("a").output("['${nodes.a.output}', '${nodes.a.output}']"));
    JsonNode half = JsonNodeFactory.instance.stringNode("x".repeat(Limits.PAYLOAD_BYTES_MAX / 2));

    List<ExecutionEvent> events =
        run.accepted(new CompleteTask(Run.ID, new NodePath("a"), 1, half));

    assertThat(((ExecutionFailed) events.getLast()).error().code()).isEqualTo("payload.too-large");
  }

  @Test
  void a_configuration_above_the_limit_fails_its_node() {
    Run run =
        Run.started(
            new Flow()
                .task("a")
                .transform("t", "['${nodes.a.output}', '${nodes.a.output}']")
                .path("a", "t"));
    JsonNode half = JsonNodeFactory.instance.stringNode("x".repeat(Limits.PAYLOAD_BYTES_MAX / 2));

    List<ExecutionEvent> events =
        run.accepted(new CompleteTask(Run.ID, new NodePath("a"), 1, half));

    assertThat(((NodeFailed) events.get(1)).error().code()).isEqualTo("payload.too-large");
  }

  @Test
  void a_step_whose_event_would_be_too_large_to_store_fails_the_node() {
    Flow flow = new Flow().task("a");
    for (String id : List.of("b", "c", "d")) {
      flow.task(id, Effort.DEFAULT, Join.ALL, "['${nodes.a.output}']").path("a", id);
    }
    Run run = Run.started(flow);
    JsonNode large =
        JsonNodeFactory.instance.stringNode("x".repeat(Limits.PAYLOAD_BYTES_MAX * 9 / 10));

    List<ExecutionEvent> events =
        run.accepted(new CompleteTask(Run.ID, new NodePath("a"), 1, large));

    assertThat(events).hasSize(2);
    assertThat(((NodeFailed) events.getFirst()).error().code()).isEqualTo("payload.too-large");
    assertThat(run.status("b")).isEqualTo(NodeStatus.PENDING);
  }

  @Test
  void a_cancelled_execution_cancels_what_is_active_and_frees_its_business_key() {
    Run run = new Run(new Flow().task("a", "b", "c").path("a", "c"));
    run.accepted(new StartExecution(Run.ID, "flow", null, Flow.json("{}"), "order-1", Map.of()));
    assertThat(run.keys()).containsExactly(KeyChange.acquire("business-key:flow", "order-1"));
    run.complete("a");
    assertThat(run.keys()).isEmpty();

    List<ExecutionEvent> events = run.accepted(run.cancellation());

    assertThat(events)
        .containsExactly(
            new ExecutionCancelled(
                "no longer needed", List.of(new NodePath("b"), new NodePath("c"))));
    assertThat(run.keys()).containsExactly(KeyChange.release("business-key:flow", "order-1"));
    assertThat(run.state().status()).isEqualTo(ExecutionStatus.CANCELLED);
    assertThat(run.status("c")).isEqualTo(NodeStatus.CANCELLED);
    assertThat(run.refused(new CancelExecution(Run.ID, null)).extras())
        .containsEntry("executionStatus", "CANCELLED");
  }
}
