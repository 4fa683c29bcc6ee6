package dev.varve.command.core.execution;

import static dev.varve.api.rejection.RejectionCode.EXECUTION_NOT_FOUND;
import static dev.varve.api.rejection.RejectionCode.EXECUTION_TERMINAL;
import static dev.varve.api.rejection.RejectionCode.TIMER_NOT_PENDING;
import static dev.varve.api.task.ScheduledTimer.Kind.DELAY;
import static dev.varve.api.task.ScheduledTimer.Kind.EXECUTION_TIMEOUT;
import static dev.varve.api.task.ScheduledTimer.Kind.NODE_DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.common.NodePath;
import dev.varve.api.definition.Effort;
import dev.varve.api.definition.Join;
import dev.varve.api.execution.ExecutionEvent;
import dev.varve.api.execution.ExecutionEvent.Advance;
import dev.varve.api.execution.ExecutionEvent.ExecutionTimedOut;
import dev.varve.api.execution.ExecutionEvent.NodeCompleted;
import dev.varve.api.execution.ExecutionEvent.NodeFailed;
import dev.varve.api.execution.ExecutionStatus;
import dev.varve.api.execution.NodeStatus;
import dev.varve.api.task.ScheduledTimer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimerTest {
  @Test
  void a_delay_waits_for_its_duration_and_completes_when_fired() {
    Run run = Run.started(new Flow().delay("d", "{'duration': 'PT5S'}").task("a").path("d", "a"));
    assertThat(((Advance) run.events().getFirst()).timers())
        .containsExactly(new ScheduledTimer(DELAY, new NodePath("d"), Run.START.plusSeconds(5)));

    assertThat(run.later(Duration.ofMillis(4_999)).refused(run.timer(DELAY, "d")).code())
        .isEqualTo(TIMER_NOT_PENDING);
    List<ExecutionEvent> events = run.later(Duration.ofMillis(1)).accepted(run.timer(DELAY, "d"));

    assertThat(events).hasSize(1);
    assertThat(((NodeCompleted) events.getFirst()).output())
        .isEqualTo(Flow.json("{'dueAt': '2030-01-01T00:00:05Z'}"));
    assertThat(run.status("a")).isEqualTo(NodeStatus.ACTIVE);
    assertThat(run.refused(run.timer(DELAY, "d")).code()).isEqualTo(TIMER_NOT_PENDING);
  }

  @Test
  void a_delay_waits_until_an_instant() {
    Run run = Run.started(new Flow().delay("d", "{'until': '2030-01-01T01:00:00Z'}"));

    run.later(Duration.ofHours(1)).accepted(run.timer(DELAY, "d"));

    assertThat(run.state().status()).isEqualTo(ExecutionStatus.COMPLETED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'duration': 'PT0S'}", "{'until': '2029-12-31T00:00:00Z'}"})
  void a_delay_that_is_due_is_done_at_once(String with) {
    Run run = Run.started(new Flow().delay("d", with));

    assertThat(run.state().status()).isEqualTo(ExecutionStatus.COMPLETED);
    assertThat(((Advance) run.events().getFirst()).timers()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'duration': 'PT1S', 'until': '2031-01-01T00:00:00Z'}",
        "{'duration': '5m'}",
        "{'duration': 5}",
        "{'duration': 'PT-5S'}",
        "{'duration': 'PT9999999H'}",
        "{'duration': 'PT2562047788015215H'}",
        "{'until': 'tomorrow'}"
      })
  void a_delay_that_cannot_be_read_fails_its_node(String with) {
    Run run = Run.started(new Flow().delay("d", with));

    assertThat(run.events().get(1))
        .isInstanceOfSatisfying(
            NodeFailed.class,
            failed -> assertThat(failed.error().code()).isEqualTo("delay.invalid"));
    assertThat(run.state().status()).isEqualTo(ExecutionStatus.FAILED);
  }

  @Test
  void a_timer_is_never_early_because_due_times_are_rounded_up_to_microseconds() {
    Run run = Run.started(new Flow().delay("d", "{'duration': 'PT0.000000001S'}"));

    assertThat(((Advance) run.events().getFirst()).timers().getFirst().dueAt())
        .isEqualTo(Run.START.plusNanos(1_000));
  }

  @Test
  void a_node_past_its_deadline_fails_with_timeout_whatever_its_policy_says() {
    Run run =
        Run.started(
            new Flow()
                .task("a", new Effort(null, Duration.ofSeconds(60), Flow.attempts(9)))
                .task("z"));
    assertThat(((Advance) run.events().getFirst()).timers())
        .containsExactly(
            new ScheduledTimer(NODE_DEADLINE, new NodePath("a"), Run.START.plusSeconds(60)));
    run.fail("a");
    assertThat(run.refused(run.timer(NODE_DEADLINE, "a")).code()).isEqualTo(TIMER_NOT_PENDING);

    NodeFailed failed =
        (NodeFailed)
            run.later(Duration.ofSeconds(60)).accepted(run.timer(NODE_DEADLINE, "a")).getFirst();

    assertThat(failed.attempt()).isEqualTo(2);
    assertThat(failed.error().code()).isEqualTo("timeout");
    assertThat(run.status("z")).isEqualTo(NodeStatus.CANCELLED);
  }

  @Test
  void timers_of_a_node_that_has_ended_and_of_unknown_nodes_are_not_pending() {
    Run run =
        Run.started(
            new Flow()
                .task("a", new Effort(null, Duration.ofSeconds(60), Flow.attempts(9)))
                .task("z"));
    run.complete("a");
    run.later(Duration.ofSeconds(60));

    assertThat(run.refused(run.timer(NODE_DEADLINE, "a")).code()).isEqualTo(TIMER_NOT_PENDING);
    assertThat(run.refused(run.timer(NODE_DEADLINE, "z")).code()).isEqualTo(TIMER_NOT_PENDING);
    assertThat(run.refused(run.timer(DELAY, "z")).code()).isEqualTo(TIMER_NOT_PENDING);
    assertThat(run.refused(run.timer(DELAY, "nowhere")).code()).isEqualTo(TIMER_NOT_PENDING);
    assertThat(run.refused(run.timer(EXECUTION_TIMEOUT, "")).code()).isEqualTo(TIMER_NOT_PENDING);
  }

  @Test
  void an_execution_past_its_timeout_ends_and_what_is_active_is_cancelled() {
    Run run =
        Run.started(
            new Flow()
                .timeout(Duration.ofHours(1))
                .task("a", "b")
                .task("c", Effort.DEFAULT, Join.ALL, "{}")
                .path("a", "c"));
    assertThat(((Advance) run.events().getFirst()).timers())
        .containsExactly(
            new ScheduledTimer(
                EXECUTION_TIMEOUT, ScheduledTimer.EXECUTION, Run.START.plusSeconds(3_600)));
    assertThat(run.refused(run.timer(EXECUTION_TIMEOUT, "")).code()).isEqualTo(TIMER_NOT_PENDING);

    var events = run.later(Duration.ofHours(1)).accepted(run.timer(EXECUTION_TIMEOUT, ""));

    assertThat(events)
        .containsExactly(new ExecutionTimedOut(List.of(new NodePath("a"), new NodePath("b"))));
    assertThat(run.state().status()).isEqualTo(ExecutionStatus.TIMED_OUT);
    assertThat(run.status("c")).isEqualTo(NodeStatus.PENDING);
    assertThat(run.refused(run.timer(EXECUTION_TIMEOUT, "")).code()).isEqualTo(EXECUTION_TERMINAL);
  }

  @Test
  void no_timer_fires_before_the_start() {
    Run run = new Run(new Flow().task("a"));

    assertThat(run.refused(run.timer(EXECUTION_TIMEOUT, "")).code()).isEqualTo(EXECUTION_NOT_FOUND);
  }
}
