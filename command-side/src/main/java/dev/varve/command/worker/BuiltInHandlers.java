package dev.varve.command.worker;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** The handlers that every server has, for samples and measurements. */
public final class BuiltInHandlers {
  /** Longest wait of {@code sleep}. */
  private static final Duration SLEEP_MAX = Duration.ofHours(1);

  private BuiltInHandlers() {}

  /** Returns {@code echo}, {@code sleep} and {@code flaky}. */
  public static List<TaskHandler> all() {
    return List.of(new Echo(), new Sleep(), new Flaky());
  }

  /** Returns its input. */
  private static final class Echo implements TaskHandler {
    @Override
    public String name() {
      return "echo";
    }

    @Override
    public JsonNode handle(TaskContext task) {
      return task.input();
    }
  }

  /** Waits for {@code duration} (ISO-8601, at most one hour) and returns its input. */
  private static final class Sleep implements TaskHandler {
    @Override
    public String name() {
      return "sleep";
    }

    @Override
    public JsonNode handle(TaskContext task) throws TaskFailure, InterruptedException {
      Thread.sleep(duration(task.input().path("duration")));
      return task.input();
    }

    private static Duration duration(JsonNode node) throws TaskFailure {
      try {
        Duration duration = Duration.parse(node.asString(""));
        if (!duration.isNegative() && duration.compareTo(SLEEP_MAX) <= 0) {
          return duration;
        }
      } catch (DateTimeParseException _) {
        // Falls through to the one message for every wrong value.
      }
      throw new TaskFailure(
          "sleep.duration", "Expected duration to be from PT0S to " + SLEEP_MAX, false);
    }
  }

  /** Fails the first {@code failures} attempts and then returns its input. */
  private static final class Flaky implements TaskHandler {
    @Override
    public String name() {
      return "flaky";
    }

    @Override
    public JsonNode handle(TaskContext task) throws TaskFailure {
      int failures = task.input().path("failures").asInt(1);
      if (task.attempt() <= failures) {
        throw new TaskFailure(
            "flaky.failed", "Attempt " + task.attempt() + " of " + failures + " that fail", true);
      }
      return task.input();
    }
  }
}
