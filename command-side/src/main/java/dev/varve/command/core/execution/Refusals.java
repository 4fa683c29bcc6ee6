package dev.varve.command.core.execution;

import dev.varve.api.common.NodePath;
import dev.varve.api.execution.ExecutionStatus;
import dev.varve.api.execution.NodeStatus;
import dev.varve.api.rejection.FieldError;
import dev.varve.api.rejection.Rejection;
import dev.varve.api.rejection.RejectionCode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Why commands to an execution are refused. */
final class Refusals {
  private Refusals() {}

  /** Returns why nothing can be done with an execution in this state; null when it runs. */
  static @Nullable Rejection unlessRunning(ExecutionState state) {
    ExecutionStatus status = state.status();
    if (status == null) {
      return Rejection.of(
          RejectionCode.EXECUTION_NOT_FOUND, "Expected an execution, but there is none");
    }
    return status.terminal()
        ? new Rejection(
            RejectionCode.EXECUTION_TERMINAL,
            "Expected a running execution, but it has ended: " + status,
            List.of(),
            Map.of("executionStatus", status.name()))
        : null;
  }

  /** Returns why an execution in this state cannot be retried; null when it can. */
  static @Nullable Rejection unlessRetryable(ExecutionState state) {
    ExecutionStatus status = state.status();
    return status == ExecutionStatus.FAILED || status == ExecutionStatus.TIMED_OUT
        ? null
        : otherStatus(state, RejectionCode.EXECUTION_NOT_FAILED, "that failed or timed out");
  }

  /** Returns why an execution in this state cannot be suspended; null when it can. */
  static @Nullable Rejection unlessSuspendable(ExecutionState state) {
    return state.status() == ExecutionStatus.RUNNING
        ? null
        : otherStatus(state, RejectionCode.EXECUTION_NOT_RUNNING, "that is running");
  }

  /** Returns why an execution in this state cannot be resumed; null when it can. */
  static @Nullable Rejection unlessResumable(ExecutionState state) {
    return state.status() == ExecutionStatus.SUSPENDED
        ? null
        : otherStatus(state, RejectionCode.EXECUTION_NOT_SUSPENDED, "that is suspended");
  }

  private static @Nullable Rejection otherStatus(
      ExecutionState state, RejectionCode code, String expected) {
    ExecutionStatus status = state.status();
    if (status == null || status.terminal()) {
      return unlessRunning(state);
    }
    return new Rejection(
        code,
        "Expected an execution " + expected + ", but it is " + status,
        List.of(),
        Map.of("executionStatus", status.name()));
  }

  /** Returns why {@code attempt} of {@code path} cannot end; null when it is the current one. */
  static @Nullable Rejection unlessCurrent(ExecutionState state, NodePath path, int attempt) {
    Rejection notRunning = unlessRunning(state);
    if (notRunning != null) {
      return notRunning;
    }
    NodeState node = state.node(path);
    if (node == null) {
      return notActive("Expected a task at " + path + ", but the definition has none");
    }
    if (attempt < node.attempt()) {
      return fenced(
          "Expected attempt "
              + node.attempt()
              + " of "
              + path
              + ", but this is attempt "
              + attempt);
    }
    Activity activity = node.activity();
    if (node.status() != NodeStatus.ACTIVE || activity == null || activity.task() == null) {
      return notActive("Expected " + path + " to wait for a result, but it is " + node.status());
    }
    return attempt == node.attempt()
        ? null
        : notActive(
            "Expected attempt "
                + node.attempt()
                + " of "
                + path
                + ", but this is attempt "
                + attempt);
  }

  static Rejection notActive(String detail) {
    return Rejection.of(RejectionCode.TASK_NOT_ACTIVE, detail);
  }

  static Rejection fenced(String detail) {
    return Rejection.of(RejectionCode.TASK_FENCED, detail);
  }

  static Rejection timer(String detail) {
    return Rejection.of(RejectionCode.TIMER_NOT_PENDING, detail);
  }

  static Rejection tooLarge(String what, long limit) {
    return new Rejection(
        RejectionCode.PAYLOAD_TOO_LARGE,
        "Expected " + what + " of at most " + limit + " bytes, but it is larger",
        List.of(),
        Map.of("limitBytes", Long.toString(limit)));
  }

  static Rejection noDefinition(String name, @Nullable Integer version) {
    return Rejection.of(
        RejectionCode.DEFINITION_NOT_FOUND,
        version == null
            ? "Expected a published definition named \"" + echo(name) + "\", but there is none"
            : "Expected version " + version + " of \"" + echo(name) + "\", but there is none");
  }

  private static String echo(String text) {
    return text.length() <= 64 ? text : text.substring(0, 64) + "…";
  }

  /** Refuses an input; pointers become pointers into the request. */
  static Rejection input(List<FieldError> errors) {
    List<FieldError> located =
        errors.stream()
            .map(error -> FieldError.of(error.code(), "/input" + error.pointer(), error.detail()))
            .toList();
    return Rejection.of(
        RejectionCode.INPUT_SCHEMA,
        "Expected an input that fits the definition's schema, but found "
            + located.size()
            + (located.size() == 1 ? " fault" : " faults"),
        located);
  }
}
