package dev.varve.command.core.execution;

import static dev.varve.api.rejection.RejectionCode.DEFINITION_NOT_FOUND;
import static dev.varve.api.rejection.RejectionCode.EXECUTION_EXISTS;
import static dev.varve.api.rejection.RejectionCode.INPUT_SCHEMA;
import static dev.varve.api.rejection.RejectionCode.PAYLOAD_TOO_LARGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.api.common.Limits;
import dev.varve.api.common.NodePath;
import dev.varve.api.definition.Effort;
import dev.varve.api.definition.Join;
import dev.varve.api.execution.ExecutionCommand.StartExecution;
import dev.varve.api.execution.ExecutionEvent.ExecutionStarted;
import dev.varve.api.execution.ExecutionStatus;
import dev.varve.api.execution.NodeStatus;
import dev.varve.api.rejection.FieldError;
import dev.varve.api.rejection.Rejection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NullNode;

class StartTest {
  private static StartExecution start(String definition, @Nullable Integer version) {
    return new StartExecution(Run.ID, definition, version, Flow.json("{}"), null, Map.of());
  }

  @Test
  void a_start_records_the_version_and_activates_every_entry_node() {
    Run run =
        new Run(
            new Flow()
                .variables("{'v': 1}")
                .labels(Map.of("team", "shop", "env", "test"))
                .task("a")
                .task("b", Effort.DEFAULT, Join.ALL, "{'n': '${input.n}'}")
                .task("c")
                .path("a", "c"));

    ExecutionStarted started =
        (ExecutionStarted)
            run.accepted(
                    new StartExecution(
                        Run.ID,
                        "flow",
                        null,
                        Flow.json("{'n': 4}"),
                        "order-1",
                        Map.of("env", "live", "run", "7")))
                .getFirst();

    assertThat(started.definition()).isEqualTo("flow");
    assertThat(started.version()).isEqualTo(1);
    assertThat(started.definitionHash()).isEqualTo("hash-1");
    assertThat(started.businessKey()).isEqualTo("order-1");
    assertThat(started.variables()).isEqualTo(Flow.json("{'v': 1}"));
    assertThat(started.labels().toString()).isEqualTo("{env=live, run=7, team=shop}");
    assertThat(started.activated()).containsExactly(new NodePath("a"), new NodePath("b"));
    assertThat(started.scheduled().get(1).input()).isEqualTo(Flow.json("{'n': 4}"));
    assertThat(run.state().status()).isEqualTo(ExecutionStatus.RUNNING);
    assertThat(run.state().activeCount()).isEqualTo(2);
    assertThat(run.state().active()).containsExactly(new NodePath("a"), new NodePath("b"));
    assertThat(run.state().input()).isEqualTo(Flow.json("{'n': 4}"));
    assertThat(run.state().variables()).isEqualTo(Flow.json("{'v': 1}"));
    assertThat(run.state().businessKey()).isEqualTo("order-1");
    assertThat(run.status("c")).isEqualTo(NodeStatus.PENDING);
  }

  @Test
  void an_id_starts_one_execution_only() {
    Run run = Run.started(new Flow().task("a"));

    assertThat(run.refused(run.start("{}")).code()).isEqualTo(EXECUTION_EXISTS);
    run.complete("a");
    assertThat(run.refused(run.start("{}")).code()).isEqualTo(EXECUTION_EXISTS);
  }

  @Test
  void an_unknown_definition_or_version_is_refused() {
    Run run = new Run(new Flow().task("a"));

    assertThat(run.refused(start("other", null)))
        .isEqualTo(
            Rejection.of(
                DEFINITION_NOT_FOUND,
                "Expected a published definition named \"other\", but there is none"));
    assertThat(run.refused(start("flow", 2)))
        .isEqualTo(
            Rejection.of(
                DEFINITION_NOT_FOUND, "Expected version 2 of \"flow\", but there is none"));
    assertThat(run.refused(start("x".repeat(100), null)).detail()).contains("x…\"");
  }

  @Test
  void an_input_that_does_not_fit_is_refused_with_every_fault() {
    Run run = new Run(new Flow().input("['sku', 'quantity']").task("a"));

    Rejection rejection = run.refused(run.start("{}"));

    assertThat(rejection.code()).isEqualTo(INPUT_SCHEMA);
    assertThat(rejection.detail()).endsWith("found 2 faults");
    assertThat(rejection.errors())
        .containsExactly(
            FieldError.of("field.required", "/input/sku", "is required"),
            FieldError.of("field.required", "/input/quantity", "is required"));
    assertThat(run.refused(run.start("{'sku': 1}")).detail()).endsWith("found 1 fault");
    run.accepted(run.start("{'sku': 1, 'quantity': 2}"));
  }

  @Test
  void an_input_above_the_limit_is_refused() {
    Run run = new Run(new Flow().task("a"));
    var large = JsonNodeFactory.instance.stringNode("x".repeat(Limits.PAYLOAD_BYTES_MAX - 1));

    assertThat(run.refused(new StartExecution(Run.ID, "flow", null, large, null, Map.of())).code())
        .isEqualTo(PAYLOAD_TOO_LARGE);
  }

  @Test
  void an_input_that_makes_the_first_event_too_large_is_refused() {
    Run run =
        new Run(
            new Flow()
                .task("a", Effort.DEFAULT, Join.ALL, "['${input}']")
                .task("b", Effort.DEFAULT, Join.ALL, "['${input}']"));
    var large = JsonNodeFactory.instance.stringNode("x".repeat(Limits.PAYLOAD_BYTES_MAX * 9 / 10));

    assertThat(run.refused(new StartExecution(Run.ID, "flow", null, large, null, Map.of())).code())
        .isEqualTo(PAYLOAD_TOO_LARGE);
  }

  @Test
  void before_the_start_there_is_nothing_to_see() {
    ExecutionState none = ExecutionState.NONE;

    assertThat(none.started()).isFalse();
    assertThat(none.terminal()).isFalse();
    assertThat(none.status()).isNull();
    assertThat(none.input()).isEqualTo(NullNode.instance);
    assertThat(none.variables()).isEqualTo(NullNode.instance);
    assertThat(none.businessKey()).isNull();
    assertThat(none.timeoutAt()).isNull();
    assertThat(none.node(new NodePath("a"))).isNull();
    assertThat(none.active()).isEmpty();
    assertThat(none).hasToString("ExecutionState[none]").isNotEqualTo("none");
    assertThat(ExecutionState.fromSnapshot(none.toSnapshot(), (name, version) -> null))
        .isEqualTo(none);
    assertThatThrownBy(none::definition).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void events_of_an_unknown_version_cannot_be_folded() {
    Run run = Run.started(new Flow().task("a"));
    var started = run.events().getFirst();

    assertThatThrownBy(() ->
            new ExecutionDecider((name, version) -> null).evolve(ExecutionState.NONE, started))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("there is none");
    assertThatThrownBy(
            () -> ExecutionState.fromSnapshot(run.state().toSnapshot(), (name, version) -> null))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void events_of_a_version_with_another_hash_cannot_be_folded() {
    Run run = Run.started(new Flow().task("a"));
    ExecutionStarted started = (ExecutionStarted) run.events().getFirst();
    ExecutionStarted other =
        new ExecutionStarted(
            started.definition(),
            started.version(),
            "another",
            started.input(),
            null,
            Map.of(),
            started.variables(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of());

    assertThatThrownBy(
            () -> new ExecutionDecider(run.definitions()).evolve(ExecutionState.NONE, other))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("its hash is hash-1");
  }

  @Test
  void a_node_that_the_definition_lacks_is_damage() {
    var definition = new Flow().task("a").compile();

    assertThat(definition).hasToString("flow version 1");
    assertThat(definition.edgeCount()).isZero();
    assertThatThrownBy(() -> definition.node("b"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Version 1 of flow has no node b");
    assertThatThrownBy(() -> new Flow().task("a").path("a", "b").compile())
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Flow().task("a").path("b", "a").compile())
        .isInstanceOf(IllegalArgumentException.class);
  }
}
