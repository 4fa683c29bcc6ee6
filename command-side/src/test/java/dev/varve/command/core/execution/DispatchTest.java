package dev.varve.command.core.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.common.NodePath;
import dev.varve.api.common.TenantId;
import dev.varve.api.definition.Effort;
import dev.varve.api.definition.Join;
import dev.varve.api.definition.Node;
import dev.varve.api.execution.ExecutionEvent;
import dev.varve.api.task.ScheduledTask;
import dev.varve.api.task.ScheduledTimer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DispatchTest {
  private static ExecutionDispatch dispatch(Run run, List<ExecutionEvent> events) {
    return ExecutionDispatch.of(TenantId.DEFAULT, Run.ID, run.state(), events, run.owner());
  }

  @Test
  void first_attempts_and_timers_of_a_start_are_asked_for() {
    Run run =
        Run.started(
            new Flow()
                .timeout(Duration.ofHours(1))
                .task("a", new Effort(null, Duration.ofSeconds(9), Flow.attempts(2)))
                .delay("d", "{'duration': 'PT1S'}"));

    ExecutionDispatch dispatch = dispatch(run, run.events());

    assertThat(dispatch.dispatches()).hasSize(1);
    assertThat(dispatch.dispatches().getFirst().definition()).isEqualTo("flow");
    assertThat(dispatch.dispatches().getFirst().idempotencyKey()).isEqualTo(Run.ID + "/a");
    assertThat(dispatch.timers())
        .extracting(ScheduledTimer::kind)
        .containsExactly(
            ScheduledTimer.Kind.EXECUTION_TIMEOUT,
            ScheduledTimer.Kind.NODE_DEADLINE,
            ScheduledTimer.Kind.DELAY);
    assertThat(dispatch.ended()).isEmpty();
    assertThat(dispatch.terminal()).isFalse();
  }

  @Test
  void later_attempts_carry_the_input_of_the_first() {
    Run run =
        Run.started(new Flow().task("a", Flow.retry(Flow.attempts(3)), Join.ALL, "{'in': 1}"));

    ScheduledTask retried = dispatch(run, run.fail("a")).dispatches().getFirst().task();
    List<ExecutionEvent> lost = run.on("node-2").accepted(run.loss("a", 2, "node-1"));
    ScheduledTask adopted = dispatch(run, lost).dispatches().getFirst().task();

    assertThat(retried.attempt()).isEqualTo(2);
    assertThat(retried.input()).isEqualTo(Flow.json("{'in': 1}"));
    assertThat(adopted.attempt()).isEqualTo(3);
    assertThat(adopted.owner()).isEqualTo("node-2");
    assertThat(adopted.input()).isEqualTo(Flow.json("{'in': 1}"));
  }

  @Test
  void attempts_of_another_owner_are_left_out() {
    Run run = Run.started(new Flow().task("a"));

    assertThat(dispatch(run.on("node-2"), run.events()).dispatches()).isEmpty();
  }

  @Test
  void of_several_commands_in_one_commit_only_what_is_still_current_is_asked_for() {
    Run run =
        Run.started(
            new Flow()
                .task("a", Flow.retry(Flow.attempts(3)))
                .task("b", "c")
                .delay("d", "{'duration': 'PT1S'}")
                .path("b", "c"));
    List<ExecutionEvent> events = new ArrayList<>(run.events());
    events.addAll(run.fail("a"));
    events.addAll(run.complete("b"));
    events.addAll(
        run.later(Duration.ofSeconds(1)).accepted(run.timer(ScheduledTimer.Kind.DELAY, "d")));

    ExecutionDispatch dispatch = dispatch(run, events);

    assertThat(dispatch.dispatches())
        .extracting(d -> d.task().path() + "#" + d.task().attempt())
        .containsExactly("a#2", "c#1");
    assertThat(dispatch.timers()).isEmpty();
    assertThat(dispatch.ended()).containsExactly(new NodePath("b"), new NodePath("d"));
  }

  @Test
  void nothing_is_asked_for_when_the_execution_has_ended() {
    Flow flow =
        new Flow()
            .timeout(Duration.ofHours(1))
            .task("a", "b")
            .node(new Node.FailNode("f", null, Flow.json("{}"), Join.ALL))
            .path("a", "b")
            .path("a", "f");
    Run run = Run.started(flow);

    ExecutionDispatch failed = dispatch(run, run.complete("a"));

    assertThat(failed.dispatches()).isEmpty();
    assertThat(failed.ended())
        .containsExactly(new NodePath("a"), new NodePath("f"), new NodePath("b"));
    assertThat(failed.terminal()).isTrue();
    assertThat(dispatch(run, run.events()).timers()).isEmpty();
  }

  @Test
  void what_a_cancel_or_a_timeout_stops_is_named() {
    Run cancelled = Run.started(new Flow().task("a"));
    assertThat(dispatch(cancelled, cancelled.accepted(cancelled.cancellation())).ended())
        .containsExactly(new NodePath("a"));

    Run timedOut = Run.started(new Flow().timeout(Duration.ofSeconds(1)).task("a"));
    timedOut.later(Duration.ofSeconds(1));
    assertThat(
            dispatch(
                    timedOut,
                    timedOut.accepted(timedOut.timer(ScheduledTimer.Kind.EXECUTION_TIMEOUT, "")))
                .ended())
        .containsExactly(new NodePath("a"));

    Run completed = Run.started(new Flow().task("a"));
    assertThat(dispatch(completed, completed.complete("a")).terminal()).isTrue();
  }
}
