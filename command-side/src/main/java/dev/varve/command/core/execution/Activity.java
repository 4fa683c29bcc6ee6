package dev.varve.command.core.execution;

import dev.varve.api.task.NextAttempt;
import dev.varve.api.task.ScheduledTask;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an active node instance waits for.
 *
 * @param task the current attempt, with the input of attempt 1; null for a delay
 * @param failures attempts that failed or timed out so far; lost ones are not counted
 * @param dueAt when a delay ends; null for outside work
 * @param deadline when all attempts together must be done; null for never
 */
public record Activity(
    @Nullable ScheduledTask task,
    int failures,
    @Nullable Instant dueAt,
    @Nullable Instant deadline) {

  static Activity of(ScheduledTask task) {
    return new Activity(task, 0, null, null);
  }

  static Activity until(Instant dueAt) {
    return new Activity(null, 0, dueAt, null);
  }

  Activity withDeadline(Instant newDeadline) {
    return new Activity(task, failures, dueAt, newDeadline);
  }

  Activity next(NextAttempt next, boolean counted) {
    ScheduledTask now = task;
    if (now == null) {
      return this;
    }
    ScheduledTask then =
        new ScheduledTask(
            now.nodeId(),
            now.path(),
            now.type(),
            now.handler(),
            next.number(),
            now.input(),
            next.availableAt(),
            next.deadline(),
            next.owner());
    return new Activity(then, counted ? failures + 1 : failures, dueAt, deadline);
  }
}
