package dev.varve.api.task;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An attempt that runs or waits to run.
 *
 * @param executionId whose
 * @param node the node
 * @param path the node instance
 * @param type {@code task} or {@code http}
 * @param handler name of the handler; null for node types that need none
 * @param attempt number of the attempt, from 1
 * @param owner incarnation of the process that may run it
 * @param availableAt when it may start: later than now while it waits to be tried again
 * @param deadline when the attempt times out; null for never
 * @param idempotencyKey the key that its effects carry, the same for every attempt
 */
public record TaskView(
    UUID executionId,
    String node,
    String path,
    String type,
    @Nullable String handler,
    int attempt,
    String owner,
    Instant availableAt,
    @Nullable Instant deadline,
    String idempotencyKey) {}
