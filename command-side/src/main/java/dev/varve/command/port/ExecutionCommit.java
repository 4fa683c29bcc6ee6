package dev.varve.command.port;

import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.NodePath;
import dev.varve.api.common.TenantId;
import dev.varve.api.task.ScheduledTimer;
import dev.varve.api.task.TaskDispatch;
import java.util.List;

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
 */
public record ExecutionCommit(
    TenantId tenant,
    ExecutionId executionId,
    List<TaskDispatch> dispatches,
    List<ScheduledTimer> timers,
    List<NodePath> ended,
    boolean terminal) {}
