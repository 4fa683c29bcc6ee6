package dev.varve.command.core.execution;

import dev.varve.api.common.Limits;
import dev.varve.api.definition.Effort;
import dev.varve.api.definition.Node;
import dev.varve.api.definition.RetryPolicy;
import dev.varve.api.task.NextAttempt;
import dev.varve.command.core.execution.node.Instants;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** When a failed attempt is tried again. */
final class Retries {
  private Retries() {}

  static Effort effortOf(Node node) {
    return switch (node) {
      case Node.TaskNode task -> task.effort();
      case Node.HttpNode http -> http.effort();
      case Node.TransformNode _, Node.DelayNode _, Node.FailNode _, Node.EndNode _ ->
          Effort.DEFAULT;
    };
  }

  /**
   * Tells whether another attempt follows.
   *
   * @param failures attempts that have failed, this one included
   * @param retryable whether the worker thinks that trying again may help
   */
  static boolean follows(RetryPolicy policy, int failures, String code, boolean retryable) {
    return failures < policy.maxAttempts()
        && !policy.noRetryOn().contains(code)
        && (retryable || policy.retryOn().contains(code));
  }

  /**
   * Returns the wait after the {@code failures}-th failure: {@code initial * factor^(failures-1)},
   * at most {@code max}, at least {@code retryAfter}.
   */
  static Duration backoff(RetryPolicy policy, int failures, @Nullable Duration retryAfter) {
    double nanos = policy.initial().toNanos();
    double max = policy.max().toNanos();
    for (int i = 1; i < failures && nanos < max; i++) {
      nanos *= policy.factor();
    }
    Duration wait = Duration.ofNanos((long) Math.min(nanos, max));
    Duration asked = retryAfter == null || retryAfter.isNegative() ? Duration.ZERO : retryAfter;
    Duration longer = wait.compareTo(asked) < 0 ? asked : wait;
    return longer.compareTo(Limits.DURATION_MAX) > 0 ? Limits.DURATION_MAX : longer;
  }

  /** Returns the attempt that follows {@code attempt}. */
  static NextAttempt next(Effort effort, int attempt, Instant availableAt, String owner) {
    Instant rounded = Instants.roundUp(availableAt);
    return new NextAttempt(attempt + 1, rounded, Instants.after(rounded, effort.timeout()), owner);
  }
}
