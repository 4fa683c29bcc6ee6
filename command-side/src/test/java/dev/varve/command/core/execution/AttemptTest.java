package dev.varve.command.core.execution;

import static dev.varve.api.rejection.RejectionCode.EXECUTION_NOT_FOUND;
import static dev.varve.api.rejection.RejectionCode.EXECUTION_TERMINAL;
import static dev.varve.api.rejection.RejectionCode.PAYLOAD_TOO_LARGE;
import static dev.varve.api.rejection.RejectionCode.TASK_FENCED;
import static dev.varve.api.rejection.RejectionCode.TASK_NOT_ACTIVE;
import static dev.varve.api.rejection.RejectionCode.TIMER_NOT_PENDING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.common.ErrorInfo;
import dev.varve.api.common.Limits;
import dev.varve.api.common.NodePath;
import dev.varve.api.definition.Effort;
import dev.varve.api.definition.Join;
import dev.varve.api.definition.Node;
import dev.varve.api.definition.RetryPolicy;
import dev.varve.api.execution.ExecutionCommand.CompleteTask;
import dev.varve.api.execution.ExecutionCommand.FailTask;
import dev.varve.api.execution.ExecutionEvent.AttemptFailed;
import dev.varve.api.execution.ExecutionEvent.AttemptLost;
import dev.varve.api.execution.ExecutionEvent.ExecutionFailed;
import dev.varve.api.execution.ExecutionEvent.NodeFailed;
import dev.varve.api.execution.ExecutionStatus;
import dev.varve.api.task.NextAttempt;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

class AttemptTest {
  private static Run withRetry(RetryPolicy policy) {
    return Run.started(new Flow().task("a", Flow.retry(policy), Join.ALL, "{'in': 1}").task("z"));
  }

  private static RetryPolicy policy(List<String> retryOn, List<String> noRetryOn) {
    return new RetryPolicy(2, Duration.ofSeconds(1), 1, Duration.ofSeconds(1), retryOn, noRetryOn);
  }

  @Test
  void without_a_policy_there_is_one_attempt() {
    Run run = Run.started(new Flow().task("a", "z"));

    var events = run.fail("a");

    assertThat(events).hasSize(2);
    assertThat(events.getFirst())
        .isEqualTo(new NodeFailed("a", new NodePath("a"), 1, ErrorInfo.of("broken", "it failed")));
    assertThat(events.getLast())
        .isEqualTo(
            new ExecutionFailed(
                ErrorInfo.of("broken", "it failed"),
                new NodePath("a"),
                List.of(new NodePath("z"))));
    assertThat(run.state().error()).isEqualTo(ErrorInfo.of("broken", "it failed"));
  }

  @Test
  void a_failed_attempt_is_followed_by_another_with_the_same_input_after_the_backoff() {
    Run run = withRetry(Flow.attempts(5));

    for (int failures = 1; failures <= 4; failures++) {
      AttemptFailed failed = (AttemptFailed) run.fail("a").getFirst();
      Duration wait = Duration.between(run.now(), failed.next().availableAt());
      assertThat(wait).isEqualTo(Duration.ofSeconds(List.of(1, 2, 4, 5).get(failures - 1)));
      assertThat(failed.next().number()).isEqualTo(failures + 1);
      assertThat(Objects.requireNonNull(run.task("a")).input()).isEqualTo(Flow.json("{'in': 1}"));
    }
    assertThat(run.fail("a").getFirst()).isInstanceOf(NodeFailed.class);
    assertThat(run.state().status()).isEqualTo(ExecutionStatus.FAILED);
  }

  @Test
  void retry_after_is_the_shortest_wait() {
    Run run = withRetry(Flow.attempts(3));

    var events =
        run.accepted(
            new FailTask(
                Run.ID,
                new NodePath("a"),
                1,
                ErrorInfo.of("http.status-503", "busy"),
                true,
                Duration.ofSeconds(30)));

    assertThat(((AttemptFailed) events.getFirst()).next().availableAt())
        .isEqualTo(run.now().plusSeconds(30));
  }

  @Test
  void a_retry_after_that_is_shorter_than_the_backoff_or_negative_changes_nothing() {
    for (Duration asked : List.of(Duration.ofMillis(1), Duration.ofSeconds(-5))) {
      Run run = withRetry(Flow.attempts(3));

      var events =
          run.accepted(
              new FailTask(Run.ID, new NodePath("a"), 1, ErrorInfo.of("x", "busy"), true, asked));

      assertThat(((AttemptFailed) events.getFirst()).next().availableAt())
          .isEqualTo(run.now().plusSeconds(1));
    }
  }

  @Test
  void a_retry_after_beyond_the_limit_is_cut() {
    Run run = withRetry(Flow.attempts(3));

    var events =
        run.accepted(
            new FailTask(
                Run.ID,
                new NodePath("a"),
                1,
                ErrorInfo.of("x", "busy"),
                true,
                Duration.ofDays(100_000)));

    assertThat(((AttemptFailed) events.getFirst()).next().availableAt())
        .isEqualTo(run.now().plus(Limits.DURATION_MAX));
  }

  @Test
  void the_worker_decides_whether_trying_again_helps() {
    Run run = withRetry(Flow.attempts(5));

    var events = run.accepted(run.failure("a", 1, "card-declined", false));

    assertThat(events.getFirst()).isInstanceOf(NodeFailed.class);
  }

  @Test
  void retry_on_overrules_the_worker() {
    Run run = withRetry(policy(List.of("card-declined"), List.of()));

    var events = run.accepted(run.failure("a", 1, "card-declined", false));

    assertThat(events.getFirst()).isInstanceOf(AttemptFailed.class);
  }

  @Test
  void no_retry_on_overrules_retry_on_and_the_worker() {
    Run run = withRetry(policy(List.of("broken"), List.of("broken")));

    assertThat(run.fail("a").getFirst()).isInstanceOf(NodeFailed.class);
  }

  @Test
  void the_attempt_deadline_counts_from_the_moment_it_may_start() {
    Run run =
        Run.started(
            new Flow().task("a", new Effort(Duration.ofSeconds(10), null, Flow.attempts(3))));
    assertThat(Objects.requireNonNull(run.task("a")).deadline())
        .isEqualTo(Run.START.plusSeconds(10));

    NextAttempt next = ((AttemptFailed) run.fail("a").getFirst()).next();

    assertThat(next.deadline()).isEqualTo(Run.START.plusSeconds(11));
  }

  @Test
  void an_attempt_past_its_deadline_fails_with_timeout_and_is_retried() {
    Run run =
        Run.started(
            new Flow().task("a", new Effort(Duration.ofSeconds(10), null, Flow.attempts(2))));

    assertThat(run.later(Duration.ofMillis(9_999)).refused(run.timeOut("a", 1)).code())
        .isEqualTo(TIMER_NOT_PENDING);
    AttemptFailed failed =
        (AttemptFailed) run.later(Duration.ofMillis(1)).accepted(run.timeOut("a", 1)).getFirst();

    assertThat(failed.error().code()).isEqualTo("timeout");
    assertThat(run.refused(run.timeOut("a", 1)).code()).isEqualTo(TASK_FENCED);
    run.later(Duration.ofSeconds(60));
    assertThat(run.accepted(run.timeOut("a", 2)).getFirst()).isInstanceOf(NodeFailed.class);
  }

  @Test
  void no_retry_on_timeout_is_respected() {
    Run run =
        Run.started(
            new Flow()
                .task(
                    "a",
                    new Effort(
                        Duration.ofSeconds(10), null, policy(List.of(), List.of("timeout")))));

    var events = run.later(Duration.ofSeconds(10)).accepted(run.timeOut("a", 1));

    assertThat(events.getFirst()).isInstanceOf(NodeFailed.class);
  }

  @Test
  void an_attempt_without_a_deadline_never_times_out() {
    Run run = Run.started(new Flow().task("a"));

    assertThat(run.later(Duration.ofDays(1)).refused(run.timeOut("a", 1)).code())
        .isEqualTo(TIMER_NOT_PENDING);
  }

  @Test
  void a_lost_attempt_is_followed_by_another_that_belongs_to_the_sender_and_is_not_counted() {
    Run run =
        Run.started(
            new Flow().task("a", new Effort(Duration.ofSeconds(10), null, Flow.attempts(2))));

    AttemptLost lost =
        (AttemptLost)
            run.on("node-2")
                .later(Duration.ofSeconds(3))
                .accepted(run.loss("a", 1, "node-1"))
                .getFirst();

    assertThat(lost.owner()).isEqualTo("node-1");
    assertThat(lost.next())
        .isEqualTo(new NextAttempt(2, run.now(), run.now().plusSeconds(10), "node-2"));
    assertThat(run.fail("a").getFirst()).isInstanceOf(AttemptFailed.class);
    assertThat(run.fail("a").getFirst()).isInstanceOf(NodeFailed.class);
  }

  @Test
  void a_lost_attempt_that_was_waiting_keeps_waiting() {
    Run run = withRetry(Flow.attempts(2));
    AttemptFailed failed = (AttemptFailed) run.fail("a").getFirst();

    AttemptLost lost =
        (AttemptLost) run.on("node-2").accepted(run.loss("a", 2, "node-1")).getFirst();

    assertThat(lost.next().availableAt()).isEqualTo(failed.next().availableAt());
  }

  @Test
  void only_the_current_attempt_of_that_owner_can_be_lost() {
    Run run = Run.started(new Flow().task("a"));

    assertThat(run.refused(run.loss("a", 1, "node-9")).code()).isEqualTo(TASK_FENCED);
    run.on("node-2").accepted(run.loss("a", 1, "node-1"));
    assertThat(run.refused(run.loss("a", 1, "node-1")).code()).isEqualTo(TASK_FENCED);
    assertThat(run.refused(run.loss("a", 2, "node-1")).code()).isEqualTo(TASK_FENCED);
    assertThat(run.refused(run.loss("nowhere", 1, "node-1")).code()).isEqualTo(TASK_NOT_ACTIVE);
  }

  @Test
  void a_late_result_of_an_earlier_attempt_is_rejected() {
    Run run = withRetry(Flow.attempts(3));
    run.fail("a");

    assertThat(run.refused(run.completion("a", 1, "{}")).code()).isEqualTo(TASK_FENCED);
    assertThat(run.refused(run.failure("a", 1, "x", true)).code()).isEqualTo(TASK_FENCED);
    assertThat(run.refused(run.completion("a", 3, "{}")).code()).isEqualTo(TASK_NOT_ACTIVE);
  }

  @Test
  void a_result_that_comes_twice_is_rejected_the_second_time() {
    Run run = withRetry(Flow.attempts(3));
    run.fail("a");
    run.complete("a");

    assertThat(run.refused(run.completion("a", 2, "{}")).code()).isEqualTo(TASK_NOT_ACTIVE);
    assertThat(run.refused(run.completion("a", 1, "{}")).code()).isEqualTo(TASK_FENCED);
  }

  @Test
  void a_result_for_what_is_no_task_is_rejected() {
    Run run = Run.started(new Flow().delay("d", "{'duration': 'PT1S'}").task("b").path("d", "b"));

    assertThat(run.refused(run.completion("d", 1, "{}")).code()).isEqualTo(TASK_NOT_ACTIVE);
    assertThat(run.refused(run.completion("d", 0, "{}")).code()).isEqualTo(TASK_NOT_ACTIVE);
    assertThat(run.refused(run.completion("b", 1, "{}")).code()).isEqualTo(TASK_NOT_ACTIVE);
    assertThat(run.refused(run.completion("nowhere", 1, "{}")).code()).isEqualTo(TASK_NOT_ACTIVE);
  }

  @Test
  void nothing_can_be_done_before_the_start_and_after_the_end() {
    Run run = new Run(new Flow().task("a"));

    assertThat(run.refused(run.completion("a", 1, "{}")).code()).isEqualTo(EXECUTION_NOT_FOUND);
    assertThat(run.refused(run.cancellation()).code()).isEqualTo(EXECUTION_NOT_FOUND);
    run.accepted(run.start("{}"));
    run.complete("a");

    for (var command :
        List.of(
            run.completion("a", 1, "{}"),
            run.failure("a", 1, "x", true),
            run.timeOut("a", 1),
            run.loss("a", 1, "node-1"),
            run.cancellation())) {
      var rejection = run.refused(command);
      assertThat(rejection.code()).isEqualTo(EXECUTION_TERMINAL);
      assertThat(rejection.extras()).containsEntry("executionStatus", "COMPLETED");
    }
  }

  @Test
  void an_output_at_the_limit_is_accepted_and_one_byte_more_is_not() {
    Run run = Run.started(new Flow().task("a"));
    String text = "x".repeat(Limits.PAYLOAD_BYTES_MAX - 2);

    var tooLarge =
        new CompleteTask(
            Run.ID, new NodePath("a"), 1, JsonNodeFactory.instance.stringNode(text + "x"));
    assertThat(run.refused(tooLarge).code()).isEqualTo(PAYLOAD_TOO_LARGE);
    assertThat(run.refused(tooLarge).extras())
        .containsEntry("limitBytes", Integer.toString(Limits.PAYLOAD_BYTES_MAX));
    run.accepted(
        new CompleteTask(Run.ID, new NodePath("a"), 1, JsonNodeFactory.instance.stringNode(text)));

    assertThat(run.state().status()).isEqualTo(ExecutionStatus.COMPLETED);
  }

  @Test
  void an_error_above_the_limit_is_refused() {
    Run run = Run.started(new Flow().task("a"));
    ErrorInfo huge =
        new ErrorInfo(
            "x",
            "m",
            JsonNodeFactory.instance.stringNode("x".repeat(Limits.PAYLOAD_BYTES_MAX)),
            ErrorInfo.of("cause", "deep"));

    assertThat(run.refused(new FailTask(Run.ID, new NodePath("a"), 1, huge, true, null)).code())
        .isEqualTo(PAYLOAD_TOO_LARGE);
  }

  @Test
  void an_http_node_is_tried_like_a_task() {
    Run run =
        Run.started(
            new Flow()
                .node(
                    new Node.HttpNode(
                        "h",
                        null,
                        Flow.json("{'url': 'http://shop'}"),
                        Join.ALL,
                        new Effort(
                            Duration.ofSeconds(1), Duration.ofSeconds(9), Flow.attempts(2)))));

    var task = Objects.requireNonNull(run.task("h"));
    assertThat(task.type()).isEqualTo("http");
    assertThat(task.handler()).isNull();
    assertThat(task.input()).isEqualTo(Flow.json("{'url': 'http://shop'}"));
    assertThat(run.fail("h").getFirst()).isInstanceOf(AttemptFailed.class);
  }
}
