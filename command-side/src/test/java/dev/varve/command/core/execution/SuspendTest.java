package dev.varve.command.core.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.common.ErrorInfo;
import dev.varve.api.common.NodePath;
import dev.varve.api.definition.Effort;
import dev.varve.api.definition.RetryPolicy;
import dev.varve.api.execution.ExecutionCommand.StartExecution;
import dev.varve.api.execution.ExecutionEvent;
import dev.varve.api.execution.ExecutionEvent.AttemptFailed;
import dev.varve.api.execution.ExecutionEvent.AttemptLost;
import dev.varve.api.execution.ExecutionEvent.ExecutionCancelled;
import dev.varve.api.execution.ExecutionEvent.ExecutionCompleted;
import dev.varve.api.execution.ExecutionEvent.ExecutionFailed;
import dev.varve.api.execution.ExecutionEvent.ExecutionResumed;
import dev.varve.api.execution.ExecutionEvent.ExecutionRetried;
import dev.varve.api.execution.ExecutionEvent.ExecutionSuspended;
import dev.varve.api.execution.ExecutionEvent.NodeCompleted;
import dev.varve.api.execution.ExecutionEvent.NodeReleased;
import dev.varve.api.execution.ExecutionStatus;
import dev.varve.api.execution.NodeStatus;
import dev.varve.api.log.KeyChange;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.api.task.ScheduledTimer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SuspendTest {
  private static NodePath path(String id) {
    return new NodePath(id);
  }

  private static NodeCompleted held(String id, int attempt, String output) {
    return new NodeCompleted(
        id,
        path(id),
        attempt,
        Flow.json(output),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  private static NodeReleased releasedIntoNothing(String id) {
    return new NodeReleased(id, path(id), List.of(), List.of(), List.of(), List.of(), List.of());
  }

  private static List<NodeReleased> released(List<ExecutionEvent> events) {
    return events.stream()
        .filter(NodeReleased.class::isInstance)
        .map(NodeReleased.class::cast)
        .toList();
  }

  private static List<Class<?>> kinds(List<ExecutionEvent> events) {
    return events.stream().<Class<?>>map(Object::getClass).toList();
  }

  @Test
  void the_next_node_starts_on_resume_only() {
    Run run = Run.started(new Flow().task("a", "b").path("a", "b"));
    assertThat(run.suspend()).containsExactly(new ExecutionSuspended("maintenance"));
    assertThat(run.state().status()).isEqualTo(ExecutionStatus.SUSPENDED);
    assertThat(run.status("a")).isEqualTo(NodeStatus.ACTIVE);

    assertThat(run.complete("a", "{'n': 1}")).containsExactly(held("a", 1, "{'n': 1}"));
    assertThat(run.status("a")).isEqualTo(NodeStatus.COMPLETED);
    assertThat(run.status("b")).isEqualTo(NodeStatus.PENDING);
    assertThat(run.state().status()).isEqualTo(ExecutionStatus.SUSPENDED);

    List<ExecutionEvent> events = run.on("node-2").resume();

    assertThat(events.getFirst()).isEqualTo(new ExecutionResumed("all is well"));
    assertThat(events).hasSize(2);
    NodeReleased released = released(events).getFirst();
    assertThat(released.nodeId()).isEqualTo("a");
    assertThat(released.taken()).containsExactly("a->b");
    assertThat(released.activated()).containsExactly(path("b"));
    assertThat(released.scheduled())
        .singleElement()
        .satisfies(task -> {
          assertThat(task.attempt()).isOne();
          assertThat(task.owner()).isEqualTo("node-2");
        });
    assertThat(run.state().status()).isEqualTo(ExecutionStatus.RUNNING);
    assertThat(run.complete("b").getLast()).isInstanceOf(ExecutionCompleted.class);
  }

  @Test
  void branches_that_were_held_are_joined_on_resume_in_the_order_of_the_document() {
    Run run = Run.started(new Flow().task("a", "b", "both").path("a", "both").path("b", "both"));
    run.suspend();
    run.complete("b");
    run.complete("a");
    assertThat(run.node("both").undecided()).isEqualTo(2);

    List<NodeReleased> released = released(run.resume());

    assertThat(released).extracting(NodeReleased::nodeId).containsExactly("a", "b");
    assertThat(released.getFirst().activated()).isEmpty();
    assertThat(released.getLast().activated()).containsExactly(path("both"));
    assertThat(run.status("both")).isEqualTo(NodeStatus.ACTIVE);
  }

  @Test
  void what_was_decided_before_counts_and_what_was_released_is_not_released_again() {
    Run run =
        Run.started(
            new Flow()
                .task("a", "b", "c", "all")
                .path("a", "all")
                .path("b", "all")
                .path("c", "all"));
    run.complete("a");
    run.suspend();
    run.complete("b");
    assertThat(released(run.resume())).extracting(NodeReleased::nodeId).containsExactly("b");
    assertThat(run.node("all").undecided()).isOne();
    run.suspend();
    run.complete("c");

    List<NodeReleased> released = released(run.resume());

    assertThat(released).extracting(NodeReleased::nodeId).containsExactly("c");
    assertThat(run.status("all")).isEqualTo(NodeStatus.ACTIVE);
  }

  @Test
  void a_suspension_in_which_nothing_happens_leaves_no_trace_in_the_state() {
    Run run = Run.started(new Flow().task("a", "b").path("a", "b").timeout(Duration.ofDays(1)));
    ExecutionState before = run.state();
    run.suspend();

    assertThat(run.resume()).containsExactly(new ExecutionResumed("all is well"));

    assertThat(run.state()).isEqualTo(before);
  }

  @Test
  void retries_and_adoptions_of_what_is_active_go_on() {
    Run run =
        Run.started(
            new Flow()
                .task("a", new Effort(Duration.ofMinutes(1), null, Flow.attempts(3)))
                .task("b")
                .path("a", "b"));
    run.suspend();

    assertThat(kinds(run.fail("a"))).containsExactly(AttemptFailed.class);
    assertThat(kinds(run.on("node-2").accepted(run.loss("a", 2, "node-1"))))
        .containsExactly(AttemptLost.class);
    assertThat(kinds(run.later(Duration.ofHours(1)).accepted(run.timeOut("a", 3))))
        .containsExactly(AttemptFailed.class);
    assertThat(run.state().status()).isEqualTo(ExecutionStatus.SUSPENDED);
    assertThat(run.attempt("a")).isEqualTo(4);
    assertThat(run.complete("a")).containsExactly(held("a", 4, "{}"));
    assertThat(run.refused(run.completion("a", 4, "{}")).code())
        .isEqualTo(RejectionCode.TASK_NOT_ACTIVE);

    run.resume();

    assertThat(run.status("b")).isEqualTo(NodeStatus.ACTIVE);
  }

  @Test
  void a_delay_ends_while_suspended_and_what_follows_waits() {
    Run run = Run.started(new Flow().delay("d", "{'duration': 'PT1H'}").task("b").path("d", "b"));
    run.suspend();

    List<ExecutionEvent> events =
        run.later(Duration.ofHours(1)).accepted(run.timer(ScheduledTimer.Kind.DELAY, "d"));

    assertThat(kinds(events)).containsExactly(NodeCompleted.class);
    assertThat(((NodeCompleted) events.getFirst()).activated()).isEmpty();
    assertThat(run.status("b")).isEqualTo(NodeStatus.PENDING);
    assertThat(released(run.resume()).getFirst().activated()).containsExactly(path("b"));
  }

  @Test
  void the_last_node_ends_the_execution_on_resume_only() {
    Run run = new Run(new Flow().task("a").output("'${nodes.a.output.n}'"));
    run.accepted(new StartExecution(Run.ID, "flow", 1, Flow.json("{}"), "order-1", Map.of()));
    run.suspend();
    assertThat(run.keys()).isEmpty();
    assertThat(run.complete("a", "{'n': 7}")).containsExactly(held("a", 1, "{'n': 7}"));
    assertThat(run.state().status()).isEqualTo(ExecutionStatus.SUSPENDED);
    assertThat(run.state().activeCount()).isZero();
    assertThat(run.keys()).isEmpty();

    assertThat(run.resume())
        .containsExactly(
            new ExecutionResumed("all is well"),
            releasedIntoNothing("a"),
            new ExecutionCompleted(Flow.json("7")));

    assertThat(run.keys()).containsExactly(KeyChange.release("business-key:flow", "order-1"));
  }

  @Test
  void local_nodes_go_on_at_once_on_resume_and_dead_paths_are_skipped() {
    Run run =
        Run.started(
            new Flow()
                .task("a")
                .transform("t", "{'n': '${nodes.a.output.n}'}")
                .task("b", "dead", "deader")
                .path("a", "t", "b")
                .when("a", "dead", "nodes.a.output.n < 1")
                .path("dead", "deader"));
    run.suspend();
    run.complete("a", "{'n': 5}");
    assertThat(run.status("dead")).isEqualTo(NodeStatus.PENDING);

    List<ExecutionEvent> events = run.resume();

    assertThat(kinds(events))
        .containsExactly(ExecutionResumed.class, NodeReleased.class, NodeCompleted.class);
    assertThat(released(events).getFirst().skipped()).hasSize(2);
    assertThat(run.status("deader")).isEqualTo(NodeStatus.SKIPPED);
    assertThat(run.node("t").output()).isEqualTo(Flow.json("{'n': 5}"));
    assertThat(run.status("b")).isEqualTo(NodeStatus.ACTIVE);
  }

  @Test
  void a_condition_without_a_value_fails_the_execution_on_resume_only() {
    Run run =
        Run.started(
            new Flow()
                .task("a", "b", "c", "d")
                .when("a", "b", "nodes.a.output.nothing < 1")
                .path("c", "d"));
    run.suspend();
    run.complete("c");
    assertThat(run.complete("a")).containsExactly(held("a", 1, "{}"));

    List<ExecutionEvent> events = run.resume();

    assertThat(kinds(events))
        .containsExactly(ExecutionResumed.class, NodeReleased.class, ExecutionFailed.class);
    assertThat(events.get(1)).isEqualTo(releasedIntoNothing("a"));
    assertThat(((ExecutionFailed) events.getLast()).path()).isEqualTo(path("a"));
    assertThat(run.status("d")).isEqualTo(NodeStatus.PENDING);

    events = run.accepted(run.retry());

    assertThat(kinds(events)).containsExactly(ExecutionRetried.class, ExecutionFailed.class);
    assertThat(((ExecutionRetried) events.getFirst()).leaving()).isEqualTo(path("a"));
    assertThat(run.status("d")).isEqualTo(NodeStatus.PENDING);
  }

  @Test
  void a_retry_decides_each_edge_once_those_that_failed_at_the_release_and_those_still_held() {
    Run run =
        Run.started(
            new Flow()
                .task("a", "c", "both")
                .when("a", "both", "nodes.a.output.n < 5")
                .path("c", "both"));
    run.suspend();
    run.complete("a", "{'n': 1}");
    run.complete("c");
    run.apply(
        List.of(
            new ExecutionResumed(null),
            releasedIntoNothing("a"),
            new ExecutionFailed(
                ErrorInfo.of("expression.error", "took too long"), path("a"), List.of())));
    assertThat(run.node("both").undecided()).isEqualTo(2);

    List<ExecutionEvent> events = run.accepted(run.retry());

    assertThat(kinds(events)).containsExactly(ExecutionRetried.class, NodeReleased.class);
    ExecutionRetried retried = (ExecutionRetried) events.getFirst();
    assertThat(retried.leaving()).isEqualTo(path("a"));
    assertThat(retried.taken()).containsExactly("a->both");
    assertThat(retried.activated()).isEmpty();
    assertThat(released(events).getFirst().nodeId()).isEqualTo("c");
    assertThat(released(events).getFirst().activated()).containsExactly(path("both"));
    assertThat(run.attempt("both")).isOne();
    run.suspend();
    assertThat(run.resume()).hasSize(1);
    assertThat(run.complete("both").getLast()).isInstanceOf(ExecutionCompleted.class);
  }

  @Test
  void a_failure_while_suspended_fails_and_the_retry_releases_what_was_held() {
    Run run = Run.started(new Flow().task("a", "b", "c", "next").path("a", "next"));
    run.suspend();
    run.complete("a");
    assertThat(run.fail("b").getLast()).isInstanceOf(ExecutionFailed.class);
    assertThat(run.state().status()).isEqualTo(ExecutionStatus.FAILED);
    assertThat(run.status("c")).isEqualTo(NodeStatus.CANCELLED);
    assertThat(run.refused(run.resumption()).code()).isEqualTo(RejectionCode.EXECUTION_TERMINAL);

    List<ExecutionEvent> events = run.accepted(run.retry());

    assertThat(kinds(events)).containsExactly(ExecutionRetried.class, NodeReleased.class);
    assertThat(((ExecutionRetried) events.getFirst()).activated())
        .containsExactly(path("b"), path("c"));
    assertThat(released(events).getFirst().activated()).containsExactly(path("next"));
    assertThat(run.state().status()).isEqualTo(ExecutionStatus.RUNNING);
    assertThat(run.attempt("b")).isEqualTo(2);
    assertThat(run.attempt("next")).isOne();
    run.complete("next");
    run.complete("c");
    assertThat(run.complete("b").getLast()).isInstanceOf(ExecutionCompleted.class);
  }

  @Test
  void a_node_past_its_deadline_fails_while_suspended() {
    Run run =
        Run.started(
            new Flow().task("a", new Effort(null, Duration.ofMinutes(1), RetryPolicy.NONE)));
    run.suspend();

    run.later(Duration.ofMinutes(1)).accepted(run.timer(ScheduledTimer.Kind.NODE_DEADLINE, "a"));

    assertThat(run.state().status()).isEqualTo(ExecutionStatus.FAILED);
  }

  @Test
  void the_timeout_of_the_execution_runs_on_and_a_retry_releases_what_was_held() {
    Run run =
        Run.started(
            new Flow().timeout(Duration.ofMinutes(5)).task("a", "b", "next").path("a", "next"));
    run.suspend();
    run.complete("a");

    run.later(Duration.ofMinutes(5)).accepted(run.timer(ScheduledTimer.Kind.EXECUTION_TIMEOUT, ""));
    assertThat(run.state().status()).isEqualTo(ExecutionStatus.TIMED_OUT);
    assertThat(run.status("b")).isEqualTo(NodeStatus.CANCELLED);
    assertThat(run.status("next")).isEqualTo(NodeStatus.PENDING);

    assertThat(kinds(run.accepted(run.retry())))
        .containsExactly(ExecutionRetried.class, NodeReleased.class);
    assertThat(run.state().timeoutAt()).isEqualTo(run.now().plus(Duration.ofMinutes(5)));
    assertThat(run.status("next")).isEqualTo(NodeStatus.ACTIVE);
    assertThat(run.status("b")).isEqualTo(NodeStatus.ACTIVE);
  }

  @Test
  void an_execution_of_which_everything_is_held_can_time_out_and_a_retry_ends_it() {
    Run run = Run.started(new Flow().timeout(Duration.ofMinutes(5)).task("a"));
    run.suspend();
    run.complete("a");
    run.later(Duration.ofMinutes(5)).accepted(run.timer(ScheduledTimer.Kind.EXECUTION_TIMEOUT, ""));
    assertThat(run.state().status()).isEqualTo(ExecutionStatus.TIMED_OUT);

    assertThat(kinds(run.accepted(run.retry())))
        .containsExactly(ExecutionRetried.class, NodeReleased.class, ExecutionCompleted.class);
  }

  @Test
  void a_suspended_execution_can_be_cancelled() {
    Run run = Run.started(new Flow().task("a", "b", "next").path("a", "next"));
    run.suspend();
    run.complete("a");

    assertThat(run.accepted(run.cancellation()))
        .containsExactly(new ExecutionCancelled("no longer needed", List.of(path("b"))));

    assertThat(run.state().status()).isEqualTo(ExecutionStatus.CANCELLED);
    assertThat(run.status("next")).isEqualTo(NodeStatus.PENDING);
    assertThat(run.refused(run.resumption()).code()).isEqualTo(RejectionCode.EXECUTION_TERMINAL);
  }
}
