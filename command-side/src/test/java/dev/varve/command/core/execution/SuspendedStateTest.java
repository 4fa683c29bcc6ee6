package dev.varve.command.core.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.common.NodePath;
import dev.varve.api.common.TenantId;
import dev.varve.api.definition.Effort;
import dev.varve.api.definition.RetryPolicy;
import dev.varve.api.execution.ExecutionEvent;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.api.task.ScheduledTimer;
import dev.varve.command.core.DecisionContext;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a suspended execution refuses, remembers in a snapshot and asks of the outside. */
class SuspendedStateTest {
  @Test
  void what_does_not_fit_is_refused() {
    Run run = new Run(new Flow().task("a"));
    assertThat(run.refused(run.suspension()).code()).isEqualTo(RejectionCode.EXECUTION_NOT_FOUND);
    assertThat(run.refused(run.resumption()).code()).isEqualTo(RejectionCode.EXECUTION_NOT_FOUND);

    run.accepted(run.start("{}"));
    assertThat(run.refused(run.resumption()).code())
        .isEqualTo(RejectionCode.EXECUTION_NOT_SUSPENDED);

    run.suspend();
    assertThat(run.refused(run.suspension()).code()).isEqualTo(RejectionCode.EXECUTION_NOT_RUNNING);
    assertThat(run.refused(run.retry()).code()).isEqualTo(RejectionCode.EXECUTION_NOT_FAILED);
    assertThat(run.refused(run.start("{}")).code()).isEqualTo(RejectionCode.EXECUTION_EXISTS);

    run.resume();
    assertThat(run.refused(run.resumption()).code())
        .isEqualTo(RejectionCode.EXECUTION_NOT_SUSPENDED);
    run.complete("a");
    assertThat(run.refused(run.suspension()).code()).isEqualTo(RejectionCode.EXECUTION_TERMINAL);
    assertThat(run.refused(run.resumption()).code()).isEqualTo(RejectionCode.EXECUTION_TERMINAL);

    Run failed = Run.started(new Flow().task("a"));
    failed.fail("a");
    assertThat(failed.refused(failed.suspension()).code())
        .isEqualTo(RejectionCode.EXECUTION_TERMINAL);
  }

  @Test
  void a_snapshot_of_a_suspended_state_remembers_what_is_held() {
    Run run =
        Run.started(
            new Flow()
                .timeout(Duration.ofDays(1))
                .task("a", "b", "c", "both")
                .path("a", "both")
                .path("b", "both"));
    run.suspend();
    run.complete("b");
    run.complete("a");

    ExecutionState restored =
        ExecutionState.fromSnapshot(run.state().toSnapshot(), run.definitions());

    assertThat(restored).isEqualTo(run.state()).hasSameHashCodeAs(run.state());
    assertThat(
            new ExecutionDecider(run.definitions())
                .decide(
                    restored,
                    run.resumption(),
                    new DecisionContext(
                        run.now(), run.owner(), TenantId.DEFAULT, run.definitions())))
        .isEqualTo(run.decide(run.resumption()));
    Run nothingHeld = Run.started(new Flow().task("a").timeout(Duration.ofDays(1)));
    ExecutionState running = nothingHeld.state();
    nothingHeld.suspend();
    assertThat(nothingHeld.state()).isNotEqualTo(running);
    run.resume();
    assertThat(run.state()).isNotEqualTo(restored);
  }

  @Test
  void held_work_is_not_asked_for_and_released_work_is() {
    Run run =
        Run.started(
            new Flow()
                .task("a")
                .task("b", new Effort(null, Duration.ofHours(1), RetryPolicy.NONE))
                .path("a", "b"));
    run.suspend();

    ExecutionDispatch before = dispatch(run, run.complete("a"));
    ExecutionDispatch after = dispatch(run, run.resume());

    assertThat(before.dispatches()).isEmpty();
    assertThat(before.timers()).isEmpty();
    assertThat(before.ended()).containsExactly(new NodePath("a"));
    assertThat(before.terminal()).isFalse();
    assertThat(after.dispatches())
        .singleElement()
        .satisfies(dispatch -> assertThat(dispatch.task().path()).isEqualTo(new NodePath("b")));
    assertThat(after.timers()).extracting(ScheduledTimer::path).containsExactly(new NodePath("b"));
    assertThat(after.ended()).isEmpty();
  }

  private static ExecutionDispatch dispatch(Run run, List<ExecutionEvent> events) {
    return ExecutionDispatch.of(TenantId.DEFAULT, Run.ID, run.state(), events, run.owner());
  }
}
