package dev.varve.api.task;

import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.TenantId;

/**
 * One attempt, ready to be run by its owner.
 *
 * @param tenant whose execution
 * @param executionId which execution
 * @param definition the definition's name
 * @param task the task with the number, times and owner of this very attempt
 */
public record TaskDispatch(
    TenantId tenant, ExecutionId executionId, String definition, ScheduledTask task) {
  /** Returns the key that an effect carries: the same for every attempt of the node instance. */
  public String idempotencyKey() {
    return executionId + "/" + task.path();
  }
}
