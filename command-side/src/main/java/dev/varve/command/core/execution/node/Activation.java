package dev.varve.command.core.execution.node;

import dev.varve.api.common.ErrorInfo;
import dev.varve.api.task.ScheduledTask;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What follows from activating a node instance. */
public sealed interface Activation {
  /**
   * It waits for outside work.
   *
   * @param task attempt 1
   * @param deadline when all attempts together must be done; null for never
   */
  record Scheduled(ScheduledTask task, @Nullable Instant deadline) implements Activation {}

  /**
   * It waits for time to pass.
   *
   * @param dueAt until when
   */
  record Waiting(Instant dueAt) implements Activation {}

  /**
   * It is done at once.
   *
   * @param output its output
   */
  record Completed(JsonNode output) implements Activation {}

  /**
   * It cannot be done.
   *
   * @param error why
   */
  record Failed(ErrorInfo error) implements Activation {}
}
