package dev.varve.api.task;

import dev.varve.api.common.NodePath;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Outside work that an event asks for: attempt 1, or the one after the last when an execution is
 * retried.
 *
 * @param nodeId the node
 * @param path the node instance
 * @param type {@code task} or {@code http}
 * @param handler name of the in-process handler; null for {@code http}
 * @param attempt number of the attempt, from 1
 * @param input the node's configuration with every expression resolved
 * @param availableAt not to be started before
 * @param deadline when the attempt times out; null for never
 * @param owner the process incarnation that may run it
 */
public record ScheduledTask(
    String nodeId,
    NodePath path,
    String type,
    @Nullable String handler,
    int attempt,
    JsonNode input,
    Instant availableAt,
    @Nullable Instant deadline,
    String owner) {
  /** Returns the same work as the attempt with another number. */
  public ScheduledTask withAttempt(int number) {
    return number == attempt
        ? this
        : new ScheduledTask(
            nodeId, path, type, handler, number, input, availableAt, deadline, owner);
  }
}
