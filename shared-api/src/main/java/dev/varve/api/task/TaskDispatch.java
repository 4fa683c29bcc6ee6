package dev.varve.api.task;

import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.TenantId;
import org.jspecify.annotations.Nullable;

/**
 * One attempt, ready to be run by its owner.
 *
 * @param tenant whose execution
 * @param executionId which execution
 * @param definition the definition's name
 * @param task the task with the number, times and owner of this very attempt
 * @param traceparent W3C trace context of the command that asked for the attempt; null for none
 */
public record TaskDispatch(
    TenantId tenant,
    ExecutionId executionId,
    String definition,
    ScheduledTask task,
    @Nullable String traceparent) {
  /** Makes one that belongs to no trace. */
  public TaskDispatch(
      TenantId tenant, ExecutionId executionId, String definition, ScheduledTask task) {
    this(tenant, executionId, definition, task, null);
  }

  /** Returns the same as part of a trace. */
  public TaskDispatch within(@Nullable String trace) {
    return new TaskDispatch(tenant, executionId, definition, task, trace);
  }

  /** Returns the key that an effect carries: the same for every attempt of the node instance. */
  public String idempotencyKey() {
    return executionId + "/" + task.path();
  }
}
