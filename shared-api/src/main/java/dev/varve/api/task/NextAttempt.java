package dev.varve.api.task;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The attempt that follows a failed or lost one; the input is the one of attempt 1.
 *
 * @param number number of the attempt, from 2
 * @param availableAt not to be started before
 * @param deadline when it times out; null for never
 * @param owner the process incarnation that may run it
 */
public record NextAttempt(
    int number, Instant availableAt, @Nullable Instant deadline, String owner) {}
