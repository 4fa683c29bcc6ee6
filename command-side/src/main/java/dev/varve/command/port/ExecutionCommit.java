package dev.varve.command.port;

import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.NodePath;
import dev.varve.api.common.TenantId;
import dev.varve.api.task.ScheduledTimer;
import dev.varve.api.task.TaskDispatch;
import java.util.List;
import java.util.Map;

/**
 * What a durable commit of an execution asks the outside to do, for those who act right after
 * commit.
 *
 * @param tenant whose execution
 * @param executionId which execution
 * @param dispatches attempts that became ready and are owned by this incarnation
 * @param timers timers that were asked for
 * @param ended node instances that are no longer active (completed, failed, cancelled): running
 *     work may stop
 * @param terminal true when the execution ended with this commit
 * @param timerTraces W3C trace context of the command that asked for a timer, by the timer's path;
 *     without those that have none
 */
public record ExecutionCommit(
    TenantId tenant,
    ExecutionId executionId,
    List<TaskDispatch> dispatches,
    List<ScheduledTimer> timers,
    List<NodePath> ended,
    boolean terminal,
    Map<NodePath, String> timerTraces) {
  /** Makes one whose timers belong to no trace. */
  public ExecutionCommit(
      TenantId tenant,
      ExecutionId executionId,
      List<TaskDispatch> dispatches,
      List<ScheduledTimer> timers,
      List<NodePath> ended,
      boolean terminal) {
    this(tenant, executionId, dispatches, timers, ended, terminal, Map.of());
  }
}
