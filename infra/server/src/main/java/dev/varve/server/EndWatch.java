package dev.varve.server;

import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.TenantId;
import dev.varve.api.execution.ExecutionQuery.GetExecution;
import dev.varve.api.execution.ExecutionView;
import dev.varve.api.log.LogPosition;
import dev.varve.api.log.LogToken;
import dev.varve.command.port.EndedExecutions;
import dev.varve.eventstore.EventLog;
import dev.varve.eventstore.StoredEvent;
import dev.varve.query.execution.ExecutionProjection;
import dev.varve.query.execution.ExecutionQueries;
import dev.varve.query.projection.ProjectionProgress;
import dev.varve.replay.ExecutionWaiter;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Waits for the event that ends an execution, then for the read model to show it. */
record EndWatch(
    ExecutionWaiter waiter,
    EventLog log,
    ExecutionQueries executions,
    ProjectionProgress progress,
    JsonMapper json)
    implements EndedExecutions {
  private static final Set<String> ENDS =
      Set.of(
          "execution.completed", "execution.failed", "execution.cancelled", "execution.timed-out");
  private static final int PAGE_EVENTS = 1_000;

  @Override
  public @Nullable JsonNode await(TenantId tenant, ExecutionId executionId, Duration wait)
      throws InterruptedException {
    long until = System.nanoTime() + wait.toNanos();
    LogPosition end = end(executionId.value(), wait);
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

  // The watch is opened before the history is read: an end is in one of the two.
  private @Nullable LogPosition end(UUID stream, Duration wait) throws InterruptedException {
    try (var watch = waiter.watch(stream)) {
      LogPosition already = endInHistory(stream);
      return already != null ? already : watch.await(wait);
    }
  }

  private @Nullable LogPosition endInHistory(UUID stream) {
    long from = 0;
    while (true) {
      List<StoredEvent> page = log.readStream(stream, from, PAGE_EVENTS);
      if (page.isEmpty()) {
        return null;
      }
      StoredEvent last = page.getLast();
      if (ENDS.contains(last.type())) {
        return last.position();
      }
      if (page.size() < PAGE_EVENTS) {
        return null;
      }
      from = last.sequence() + 1;
    }
  }
}
