package dev.varve.testkit.decider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.api.common.NodePath;
import dev.varve.api.common.TenantId;
import dev.varve.api.definition.Definition;
import dev.varve.api.definition.Effort;
import dev.varve.api.definition.Join;
import dev.varve.api.definition.Node;
import dev.varve.api.execution.ExecutionCommand;
import dev.varve.api.execution.ExecutionCommand.CancelExecution;
import dev.varve.api.execution.ExecutionCommand.CompleteTask;
import dev.varve.api.execution.ExecutionCommand.ResumeExecution;
import dev.varve.api.execution.ExecutionCommand.StartExecution;
import dev.varve.api.execution.ExecutionEvent;
import dev.varve.api.execution.ExecutionEvent.ExecutionCancelled;
import dev.varve.api.execution.ExecutionEvent.ExecutionCompleted;
import dev.varve.api.execution.ExecutionEvent.ExecutionResumed;
import dev.varve.api.execution.ExecutionEvent.ExecutionStarted;
import dev.varve.api.execution.ExecutionEvent.ExecutionSuspended;
import dev.varve.api.execution.ExecutionEvent.NodeCompleted;
import dev.varve.api.execution.ExecutionEvent.NodeReleased;
import dev.varve.api.execution.ExecutionStatus;
import dev.varve.api.log.KeyChange;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.api.task.ScheduledTask;
import dev.varve.command.core.DecisionContext;
import dev.varve.command.core.definition.CompiledDefinition;
import dev.varve.command.core.execution.ExecutionDecider;
import dev.varve.command.core.execution.ExecutionState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NullNode;

class DeciderSpecTest {
  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
  private static final JsonNode EMPTY = JsonNodeFactory.instance.objectNode();
  private static final NodePath A = new NodePath("a");

  private final CompiledDefinition definition =
      RandomDefinitions.compile(
          new Definition(
              RandomDefinitions.NAME,
              null,
              null,
              EMPTY,
              null,
              List.of(new Node.TaskNode("a", null, EMPTY, Join.ALL, Effort.DEFAULT, "echo")),
              List.of(),
              null,
              Map.of()));

  private DeciderSpec<ExecutionState, ExecutionCommand, ExecutionEvent> spec() {
    return DeciderSpec.of(
        new ExecutionDecider((name, version) -> definition),
        new DecisionContext(NOW, "owner", TenantId.DEFAULT, (name, version) -> definition));
  }

  private static ExecutionStarted started() {
    return new ExecutionStarted(
        RandomDefinitions.NAME,
        1,
        "random-1",
        EMPTY,
        "key",
        Map.of(),
        EMPTY,
        List.of(),
        List.of(A),
        List.of(new ScheduledTask("a", A, "task", "echo", 1, EMPTY, NOW, null, "owner")),
        List.of(),
        List.of());
  }

  @Test
  void given_nothing_when_an_execution_starts_then_its_entry_is_scheduled() {
    spec()
        .when(new StartExecution(Trial.ID, RandomDefinitions.NAME, null, EMPTY, "key", Map.of()))
        .then(List.of(started()))
        .thenKeys(List.of(KeyChange.acquire("business-key:" + RandomDefinitions.NAME, "key")))
        .thenState(state -> assertThat(state.status()).isEqualTo(ExecutionStatus.RUNNING));
  }

  @Test
  void given_a_start_when_it_is_cancelled_then_what_is_active_is_too() {
    spec()
        .given(List.of(started()))
        .when(new CancelExecution(Trial.ID, null))
        .then(List.of(new ExecutionCancelled(null, List.of(A))));
  }

  @Test
  void given_an_end_when_a_task_completes_then_it_is_refused() {
    spec()
        .given(List.of(started(), new ExecutionCancelled(null, List.of(A))))
        .when(new CompleteTask(Trial.ID, A, 1, EMPTY))
        .thenRejected(RejectionCode.EXECUTION_TERMINAL);
  }

  @Test
  void given_a_suspension_when_the_task_completes_then_nothing_follows_until_it_is_resumed() {
    NodeCompleted completed =
        new NodeCompleted("a", A, 1, EMPTY, List.of(), List.of(), List.of(), List.of(), List.of());
    spec()
        .given(List.of(started(), new ExecutionSuspended(null)))
        .when(new CompleteTask(Trial.ID, A, 1, EMPTY))
        .then(List.of(completed))
        .thenKeys(List.of())
        .thenState(state -> assertThat(state.status()).isEqualTo(ExecutionStatus.SUSPENDED));
    spec()
        .given(List.of(started(), new ExecutionSuspended(null), completed))
        .when(new ResumeExecution(Trial.ID, "done", null))
        .then(
            List.of(
                new ExecutionResumed("done"),
                new NodeReleased("a", A, List.of(), List.of(), List.of(), List.of(), List.of()),
                new ExecutionCompleted(NullNode.instance)))
        .thenKeys(List.of(KeyChange.release("business-key:" + RandomDefinitions.NAME, "key")));
  }

  @Test
  void a_wrong_expectation_fails() {
    var refused = spec().when(new CancelExecution(Trial.ID, null));
    var accepted = spec().given(List.of(started())).when(new CancelExecution(Trial.ID, null));

    assertThatThrownBy(() -> refused.then(List.of())).isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> accepted.then(List.of())).isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> accepted.thenRejected(RejectionCode.TASK_FENCED))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> refused.thenRejected(RejectionCode.TASK_FENCED))
        .isInstanceOf(AssertionError.class);
  }
}
