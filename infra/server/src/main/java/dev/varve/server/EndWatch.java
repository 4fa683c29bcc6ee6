package dev.varve.server;

import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.TenantId;
import dev.varve.api.execution.ExecutionQuery.GetExecution;
import dev.varve.api.execution.ExecutionView;
import dev.varve.api.log.LogPosition;
import dev.varve.api.log.LogToken;
import dev.varve.command.port.EndedExecutions;
import dev.varve.query.execution.ExecutionProjection;
import dev.varve.query.execution.ExecutionQueries;
import dev.varve.query.projection.ProjectionProgress;
import dev.varve.replay.ExecutionWaiter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Waits for the event that ends an execution, then for the read model to show it. */
record EndWatch(
    ExecutionWaiter waiter,
    ExecutionQueries executions,
    ProjectionProgress progress,
    JsonMapper json)
    implements EndedExecutions {
  @Override
  public @Nullable JsonNode await(TenantId tenant, ExecutionId executionId, Duration wait)
      throws InterruptedException {
    long until = System.nanoTime() + wait.toNanos();
    LogPosition end = waiter.await(executionId.value(), wait);
    if (end == null) {
      return null;
    }
    Duration left = Duration.ofNanos(Math.max(0, until - System.nanoTime()));
    if (!progress.await(ExecutionProjection.NAME, LogToken.of(end), left)) {
      return null;
    }
    ExecutionView view = executions.get(new GetExecution(tenant, executionId));
    return view == null ? null : json.valueToTree(view);
  }
}
