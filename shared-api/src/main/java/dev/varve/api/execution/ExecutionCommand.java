package dev.varve.api.execution;

import dev.varve.api.common.ErrorInfo;
import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.NodePath;
import dev.varve.api.task.ScheduledTimer;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Commands to one execution. */
public sealed interface ExecutionCommand {
  /** Returns which execution. */
  ExecutionId executionId();

  /**
   * Starts an execution.
   *
   * @param executionId a fresh id
   * @param definition the definition's name
   * @param version the version; null for the latest
   * @param input checked against the definition's input schema
   * @param businessKey unique among running executions of the definition; null for none
   * @param labels for searching
   */
  record StartExecution(
      ExecutionId executionId,
      String definition,
      @Nullable Integer version,
      JsonNode input,
      @Nullable String businessKey,
      Map<String, String> labels)
      implements ExecutionCommand {
    /** Copies the labels. */
    public StartExecution {
      labels = Map.copyOf(labels);
    }
  }

  /** An attempt succeeded. Refused when it is not the current one. */
  record CompleteTask(ExecutionId executionId, NodePath path, int attempt, JsonNode output)
      implements ExecutionCommand {}

  /**
   * An attempt failed.
   *
   * @param retryable whether trying again may help, in the worker's judgement
   * @param retryAfter shortest wait the other side asked for; null for none
   */
  record FailTask(
      ExecutionId executionId,
      NodePath path,
      int attempt,
      ErrorInfo error,
      boolean retryable,
      @Nullable Duration retryAfter)
      implements ExecutionCommand {}

  /**
   * The owner of an attempt is gone; the next attempt belongs to whoever sends this. Does not use
   * up {@code maxAttempts}.
   *
   * @param owner the incarnation that is gone; refused when the attempt is not its own
   */
  record LoseAttempt(ExecutionId executionId, NodePath path, int attempt, String owner)
      implements ExecutionCommand {}

  /** An attempt passed its deadline. Refused when it has not. */
  record TimeOutAttempt(ExecutionId executionId, NodePath path, int attempt)
      implements ExecutionCommand {}

  /** A timer is due. Refused when it is not pending or not yet due. */
  record FireTimer(ExecutionId executionId, ScheduledTimer.Kind kind, NodePath path)
      implements ExecutionCommand {}

  /**
   * Ends the execution and cancels what is active. Refused when it has ended.
   *
   * @param reason for the audit trail; null for none
   * @param expectedVersion sequence that the newest event must have, else it is refused with {@code
   *     version.conflict}; null for any
   */
  record CancelExecution(
      ExecutionId executionId, @Nullable String reason, @Nullable Long expectedVersion)
      implements ExecutionCommand {
    /** Makes one that does not care for the version. */
    public CancelExecution(ExecutionId executionId, @Nullable String reason) {
      this(executionId, reason, null);
    }
  }

  /**
   * Lets no further node start; what is active goes on to its end, retries, delays and timeouts
   * included. Refused unless it is RUNNING.
   *
   * @param reason for the audit trail; null for none
   * @param expectedVersion sequence that the newest event must have, else it is refused with {@code
   *     version.conflict}; null for any
   */
  record SuspendExecution(
      ExecutionId executionId, @Nullable String reason, @Nullable Long expectedVersion)
      implements ExecutionCommand {}

  /**
   * Lets nodes start again, those first that were held back. Refused unless it is SUSPENDED.
   *
   * @param reason for the audit trail; null for none
   * @param expectedVersion sequence that the newest event must have, else it is refused with {@code
   *     version.conflict}; null for any
   */
  record ResumeExecution(
      ExecutionId executionId, @Nullable String reason, @Nullable Long expectedVersion)
      implements ExecutionCommand {}

  /**
   * Puts a failed or timed-out execution back to work where it stopped. Refused when it runs and
   * when it ended otherwise.
   *
   * @param reason for the audit trail; null for none
   * @param expectedVersion sequence that the newest event must have, else it is refused with {@code
   *     version.conflict}; null for any
   */
  record RetryExecution(
      ExecutionId executionId, @Nullable String reason, @Nullable Long expectedVersion)
      implements ExecutionCommand {}
}
