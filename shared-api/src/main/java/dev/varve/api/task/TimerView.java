package dev.varve.api.task;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A timer that has not fired.
 *
 * @param executionId whose
 * @param kind what happens then
 * @param path the node instance; null for a timer of the execution itself
 * @param dueAt when it fires, by the clock of the database; a moment in the past means that it is
 *     overdue
 */
public record TimerView(
    UUID executionId, ScheduledTimer.Kind kind, @Nullable String path, Instant dueAt) {}
