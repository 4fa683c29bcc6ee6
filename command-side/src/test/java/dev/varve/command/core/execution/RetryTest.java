package dev.varve.command.core.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.common.ErrorInfo;
import dev.varve.api.common.NodePath;
import dev.varve.api.definition.Effort;
import dev.varve.api.definition.Join;
import dev.varve.api.definition.Node;
import dev.varve.api.execution.ExecutionCommand.FireTimer;
import dev.varve.api.execution.ExecutionCommand.StartExecution;
import dev.varve.api.execution.ExecutionEvent;
import dev.varve.api.execution.ExecutionEvent.ExecutionCompleted;
import dev.varve.api.execution.ExecutionEvent.ExecutionFailed;
import dev.varve.api.execution.ExecutionEvent.ExecutionRetried;
import dev.varve.api.execution.ExecutionEvent.NodeCompleted;
import dev.varve.api.execution.ExecutionEvent.NodeFailed;
import dev.varve.api.execution.ExecutionStatus;
import dev.varve.api.execution.NodeStatus;
import dev.varve.api.log.KeyChange;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.api.task.ScheduledTimer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RetryTest {
  @Test
  void what_failed_gets_its_next_attempt_and_what_had_completed_stays() {
    Run run = Run.started(new Flow().task("a", "b", "c").path("a", "b", "c"));
    run.complete("a", "{'n': 1}");
    run.fail("b");

    ExecutionRetried retried = (ExecutionRetried) run.on("node-2").accepted(run.retry()).getFirst();

    assertThat(retried.reason()).isEqualTo("repaired");
    assertThat(retried.activated()).containsExactly(new NodePath("b"));
    assertThat(retried.scheduled())
        .singleElement()
        .satisfies(task -> {
          assertThat(task.attempt()).isEqualTo(2);
          assertThat(task.owner()).isEqualTo("node-2");
        });
    assertThat(run.state().status()).isEqualTo(ExecutionStatus.RUNNING);
    assertThat(run.state().error()).isNull();
    assertThat(run.status("a")).isEqualTo(NodeStatus.COMPLETED);
    assertThat(run.status("c")).isEqualTo(NodeStatus.PENDING);
    assertThat(run.refused(run.completion("b", 1, "{}")).code())
        .isEqualTo(RejectionCode.TASK_FENCED);
    run.complete("b");
    assertThat(run.complete("c").getLast()).isInstanceOf(ExecutionCompleted.class);
  }

  @Test
  void what_was_cancelled_with_it_goes_on_too_and_retries_start_from_one() {
    Run run =
        Run.started(
            new Flow()
                .task("left", Flow.retry(Flow.attempts(2)))
                .task("right")
                .delay("pause", "{'duration': 'PT1H'}"));
    run.fail("left");
    run.fail("left");
    assertThat(run.status("right")).isEqualTo(NodeStatus.CANCELLED);

    run.later(Duration.ofHours(3)).accepted(run.retry());

    assertThat(run.attempt("left")).isEqualTo(3);
    assertThat(run.attempt("right")).isEqualTo(2);
    assertThat(Objects.requireNonNull(run.node("left").activity()).failures()).isZero();
    assertThat(Objects.requireNonNull(run.node("pause").activity()).dueAt())
        .isEqualTo(run.now().plus(Duration.ofHours(1)));
    run.fail("left");
    assertThat(run.attempt("left")).isEqualTo(4);
    run.complete("left");
    run.complete("right");
    run.later(Duration.ofHours(1)).accepted(run.timer(ScheduledTimer.Kind.DELAY, "pause"));
    assertThat(run.state().status()).isEqualTo(ExecutionStatus.COMPLETED);
  }

  @Test
  void an_execution_that_timed_out_has_all_of_its_time_again() {
    Run run = Run.started(new Flow().task("a").timeout(Duration.ofMinutes(5)));
    run.later(Duration.ofMinutes(5)).accepted(timeout(run));
    assertThat(run.state().status()).isEqualTo(ExecutionStatus.TIMED_OUT);

    run.later(Duration.ofDays(1)).accepted(run.retry());

    assertThat(run.refused(timeout(run)).code()).isEqualTo(RejectionCode.TIMER_NOT_PENDING);
    assertThat(run.state().timeoutAt()).isEqualTo(run.now().plus(Duration.ofMinutes(5)));
    run.later(Duration.ofMinutes(5)).accepted(timeout(run));
    assertThat(run.state().status()).isEqualTo(ExecutionStatus.TIMED_OUT);
  }

  private static FireTimer timeout(Run run) {
    return run.timer(ScheduledTimer.Kind.EXECUTION_TIMEOUT, "");
  }

  @Test
  void a_condition_that_could_not_be_decided_is_decided_again_and_says_so() {
    Run run =
        Run.started(
            new Flow()
                .task("a", "b", "other")
                .when("a", "b", "nodes.a.output.nothing < 1")
                .otherwise("a", "other"));
    run.complete("a", "{'n': 1}");
    assertThat(run.status("a")).isEqualTo(NodeStatus.COMPLETED);

    List<ExecutionEvent> events = run.accepted(run.retry());

    assertThat(events).hasSize(2);
    assertThat(((ExecutionRetried) events.getFirst()).activated()).isEmpty();
    assertThat(run.accepted(run.retry())).hasSize(2);
    assertThat(((ExecutionFailed) events.getLast()).path()).isEqualTo(new NodePath("a"));
    assertThat(run.state().status()).isEqualTo(ExecutionStatus.FAILED);
  }

  @Test
  void edges_that_could_not_be_decided_count_for_no_join_until_they_are() {
    Run run =
        Run.started(
            new Flow()
                .task("a", "b", "both")
                .when("a", "both", "nodes.a.output.n < 5")
                .path("b", "both"));
    ErrorInfo error = ErrorInfo.of("expression.error", "took too long");
    run.apply(
        List.of(
            new NodeCompleted(
                "a",
                new NodePath("a"),
                1,
                Flow.json("{'n': 1}"),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of()),
            new ExecutionFailed(error, new NodePath("a"), List.of(new NodePath("b")))));
    assertThat(run.node("both").undecided()).isEqualTo(2);

    ExecutionRetried retried = (ExecutionRetried) run.accepted(run.retry()).getFirst();

    assertThat(retried.leaving()).isEqualTo(new NodePath("a"));
    assertThat(retried.taken()).containsExactly("a->both");
    assertThat(run.node("both").taken()).isOne();
    assertThat(run.node("both").undecided()).isOne();
    run.complete("b");
    assertThat(run.status("both")).isEqualTo(NodeStatus.ACTIVE);
  }

  @Test
  void an_attempt_number_never_comes_again() {
    Run run = Run.started(new Flow().task("a"));
    run.fail("a");
    run.apply(
        List.of(
            new ExecutionRetried(
                "flow",
                1,
                null,
                null,
                List.of(),
                List.of(new NodePath("a")),
                List.of(),
                List.of(),
                List.of()),
            new NodeFailed("a", new NodePath("a"), 0, ErrorInfo.of("expression.error", "slow")),
            new ExecutionFailed(
                ErrorInfo.of("expression.error", "slow"), new NodePath("a"), List.of())));

    run.accepted(run.retry());

    assertThat(run.attempt("a")).isEqualTo(2);
  }

  @Test
  void an_output_that_could_not_be_made_is_made_again() {
    Run run = Run.started(new Flow().task("a").output("{'n': '${nodes.a.output.nothing}'}"));
    run.complete("a");
    assertThat(run.state().status()).isEqualTo(ExecutionStatus.FAILED);

    assertThat(run.accepted(run.retry())).hasSize(2).last().isInstanceOf(ExecutionFailed.class);
  }

  @Test
  void a_fail_node_fails_again_and_what_it_overtook_is_cancelled_again() {
    Run run =
        Run.started(
            new Flow()
                .task("a", "z")
                .node(new Node.FailNode("broken", null, Flow.json("{'code': 'no'}"), Join.ALL))
                .path("a", "broken"));
    run.complete("a");

    List<ExecutionEvent> events = run.accepted(run.retry());

    assertThat(events.stream().<Class<?>>map(Object::getClass))
        .containsExactly(ExecutionRetried.class, NodeFailed.class, ExecutionFailed.class);
    assertThat(run.attempt("z")).isEqualTo(2);
    assertThat(run.status("z")).isEqualTo(NodeStatus.CANCELLED);
    assertThat(run.accepted(run.retry())).hasSize(3);
    assertThat(run.attempt("z")).isEqualTo(3);
  }

  @Test
  void a_node_cancelled_before_it_ran_at_all_runs_after_the_retry() {
    Run run =
        Run.started(
            new Flow()
                .task("a", "b")
                .task("flaky", Effort.DEFAULT)
                .transform("t", "{'n': 1}")
                .path("a", "t")
                .path("t", "b"));
    run.fail("flaky");
    assertThat(run.attempt("a")).isEqualTo(1);

    run.accepted(run.retry());
    List<ExecutionEvent> events = run.complete("a");

    assertThat(events.stream().filter(NodeCompleted.class::isInstance)).hasSize(2);
    assertThat(Objects.requireNonNull(run.task("b")).attempt()).isOne();
  }

  @Test
  void a_business_key_is_taken_again() {
    Run run = new Run(new Flow().task("a"));
    run.accepted(new StartExecution(Run.ID, "flow", 1, Flow.json("{}"), "order-1", Map.of()));
    run.fail("a");
    assertThat(run.keys()).containsExactly(KeyChange.release("business-key:flow", "order-1"));

    run.accepted(run.retry());

    assertThat(run.keys()).containsExactly(KeyChange.acquire("business-key:flow", "order-1"));
  }

  @Test
  void only_what_failed_or_timed_out_can_be_retried() {
    Run run = new Run(new Flow().task("a"));
    assertThat(run.refused(run.retry()).code()).isEqualTo(RejectionCode.EXECUTION_NOT_FOUND);

    run.accepted(run.start("{}"));
    assertThat(run.refused(run.retry()).code()).isEqualTo(RejectionCode.EXECUTION_NOT_FAILED);

    run.complete("a");
    assertThat(run.refused(run.retry()).code()).isEqualTo(RejectionCode.EXECUTION_TERMINAL);

    Run cancelled = Run.started(new Flow().task("a"));
    cancelled.accepted(cancelled.cancellation());
    assertThat(cancelled.refused(cancelled.retry()).code())
        .isEqualTo(RejectionCode.EXECUTION_TERMINAL);
  }
}
