package dev.varve.eventstore;

import dev.varve.api.common.ErrorInfo;
import dev.varve.api.common.NodePath;
import dev.varve.api.definition.DefinitionEvent.DefinitionVersionPublished;
import dev.varve.api.execution.ExecutionEvent.AttemptFailed;
import dev.varve.api.execution.ExecutionEvent.AttemptLost;
import dev.varve.api.execution.ExecutionEvent.ExecutionCancelled;
import dev.varve.api.execution.ExecutionEvent.ExecutionCompleted;
import dev.varve.api.execution.ExecutionEvent.ExecutionFailed;
import dev.varve.api.execution.ExecutionEvent.ExecutionResumed;
import dev.varve.api.execution.ExecutionEvent.ExecutionRetried;
import dev.varve.api.execution.ExecutionEvent.ExecutionStarted;
import dev.varve.api.execution.ExecutionEvent.ExecutionSuspended;
import dev.varve.api.execution.ExecutionEvent.ExecutionTimedOut;
import dev.varve.api.execution.ExecutionEvent.NodeCompleted;
import dev.varve.api.execution.ExecutionEvent.NodeFailed;
import dev.varve.api.execution.ExecutionEvent.NodeReleased;
import dev.varve.api.execution.SkippedNode;
import dev.varve.api.task.NextAttempt;
import dev.varve.api.task.ScheduledTask;
import dev.varve.api.task.ScheduledTimer;
import dev.varve.eventstore.codec.EventJson;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * One event of every kind, with every component filled and with every number that JSON can hold.
 */
final class EventSamples {
  private static final String HASH = "ab".repeat(32);
  private static final Instant THEN = Instant.parse("2026-02-03T04:05:06.123456Z");
  private static final NodePath PATH = new NodePath("lines[3].charge@2");
  private static final ErrorInfo ERROR =
      new ErrorInfo(
          "http.status-503",
          "The server answered 503",
          json("{\"status\":503}"),
          ErrorInfo.of("io.closed", "Connection closed"));
  private static final ScheduledTask TASK =
      new ScheduledTask(
          "charge",
          PATH,
          "task",
          "charge-card",
          1,
          json("{\"amount\":12.50}"),
          THEN,
          THEN.plusSeconds(30),
          "node-a/7");
  private static final ScheduledTimer TIMER =
      new ScheduledTimer(ScheduledTimer.Kind.NODE_DEADLINE, PATH, THEN.plusSeconds(3_600));

  private static final List<SkippedNode> SKIPPED =
      List.of(new SkippedNode(new NodePath("review"), "no incoming edge was taken"));

  private EventSamples() {}

  static JsonNode json(String text) {
    return EventJson.mapper().readTree(text);
  }

  private static JsonNode numbers() {
    return json(
        "{\"int\":1,\"zero\":0,\"double\":3.0,\"fraction\":0.1,\"long\":9007199254740993,"
            + "\"big\":123456789012345678901234567890,\"small\":1.0E-300,\"null\":null,\"empty\":{},\"none\":[],"
            + "\"text\":\"a\\u0000b \\u00e9 \\ud83d\\ude00\"}");
  }

  static List<Object> all() {
    JsonNode numbers = numbers();
    return List.of(
        new DefinitionVersionPublished("order", 3, HASH, numbers, "name: order\n", "yaml"),
        new ExecutionStarted(
            "order",
            3,
            HASH,
            numbers,
            "order-17",
            Map.of("team", "a", "area", "b"),
            json("{\"n\":0}"),
            List.of("start->charge"),
            List.of(PATH),
            List.of(TASK),
            List.of(TIMER),
            SKIPPED),
        new NodeCompleted(
            "charge",
            PATH,
            2,
            numbers,
            List.of("charge->ship"),
            List.of(new NodePath("ship")),
            List.of(TASK),
            List.of(TIMER),
            SKIPPED),
        new NodeFailed("charge", PATH, 3, ERROR),
        new AttemptFailed(
            "charge", PATH, 1, ERROR, new NextAttempt(2, THEN, THEN.plusSeconds(30), "node-a/7")),
        new AttemptLost("charge", PATH, 1, "node-a/6", new NextAttempt(2, THEN, null, "node-b/1")),
        new ExecutionCompleted(JsonNodeFactory.instance.nullNode()),
        new ExecutionFailed(ERROR, PATH, List.of(new NodePath("ship"))),
        new ExecutionCancelled("asked for", List.of(new NodePath("ship"), PATH)),
        new ExecutionTimedOut(List.of(PATH)),
        new ExecutionSuspended("the shop is down"),
        new ExecutionResumed("the shop is up"),
        new NodeReleased(
            "charge",
            PATH,
            List.of("charge->ship"),
            List.of(new NodePath("ship")),
            List.of(TASK),
            List.of(TIMER),
            SKIPPED),
        new ExecutionRetried(
            "order",
            3,
            "the shop is back",
            new NodePath("price"),
            List.of("price->ship"),
            List.of(PATH),
            List.of(TASK.withAttempt(4)),
            List.of(TIMER),
            SKIPPED));
  }
}
