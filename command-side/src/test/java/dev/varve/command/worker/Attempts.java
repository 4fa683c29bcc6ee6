package dev.varve.command.worker;

import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.NodePath;
import dev.varve.api.common.TenantId;
import dev.varve.api.task.ScheduledTask;
import dev.varve.api.task.TaskDispatch;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Makes attempts for tests of handlers. */
final class Attempts {
  static final ExecutionId EXECUTION = ExecutionId.parse("01990000-0000-7000-8000-000000000001");
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Attempts() {}

  static JsonNode json(String text) {
    return JSON.readTree(text.replace('\'', '"'));
  }

  static HeldAttempt attempt(int number, String input) {
    return attempt("task", "echo", number, json(input), null);
  }

  static HeldAttempt http(String input) {
    return attempt("http", null, 1, json(input), null);
  }

  static HeldAttempt attempt(
      String type,
      @Nullable String handler,
      int number,
      JsonNode input,
      @Nullable Instant deadline) {
    var task =
        new ScheduledTask(
            "charge",
            new NodePath("charge"),
            type,
            handler,
            number,
            input,
            Instant.EPOCH,
            deadline,
            "p1");
    return new HeldAttempt(new TaskDispatch(TenantId.DEFAULT, EXECUTION, "order", task));
  }
}
