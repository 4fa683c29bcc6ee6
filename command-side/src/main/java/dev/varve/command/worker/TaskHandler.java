package dev.varve.command.worker;

import tools.jackson.databind.JsonNode;

/**
 * Does the outside work of {@code task} nodes in this process. Found by its name, which a
 * definition's node gives as {@code handler}.
 *
 * <p>An attempt may be repeated: effects must carry {@link TaskContext#idempotencyKey()}, which is
 * the same for every attempt. Handlers are called by many threads at once, each call on a virtual
 * thread of its own, and are interrupted when the attempt's deadline passes or its node ends.
 */
public interface TaskHandler {
  /** Returns the name that definitions use; unique in the process. */
  String name();

  /**
   * Runs one attempt.
   *
   * @return the node's output, never changed afterwards
   * @throws TaskFailure to fail the attempt with a code of one's own
   * @throws Exception anything else fails the attempt with {@code handler.failed}, retryable
   */
  JsonNode handle(TaskContext task) throws Exception;
}
