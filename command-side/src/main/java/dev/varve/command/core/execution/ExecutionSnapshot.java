package dev.varve.command.core.execution;

import dev.varve.api.common.ErrorInfo;
import dev.varve.api.common.NodePath;
import dev.varve.api.execution.ExecutionStatus;
import dev.varve.api.execution.NodeStatus;
import dev.varve.api.task.ScheduledTask;
import dev.varve.command.core.definition.CompiledDefinition;
import dev.varve.command.core.definition.CompiledNode;
import dev.varve.command.core.definition.DefinitionSource;
import java.time.Instant;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The state as a JSON tree and back. Nodes that were never touched are left out. */
final class ExecutionSnapshot {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private ExecutionSnapshot() {}

  static JsonNode write(ExecutionState state) {
    ObjectNode json = JSON.objectNode();
    json.put("stateRevision", ExecutionState.REVISION);
    ExecutionStatus status = state.status();
    if (status == null) {
      return json;
    }
    CompiledDefinition definition = state.definition();
    json.put("status", status.name());
    json.put("definition", definition.name());
    json.put("version", definition.version());
    json.put("definitionHash", definition.hash());
    json.set("input", state.input());
    json.set("variables", state.variables());
    putText(json, "businessKey", state.businessKey());
    putInstant(json, "timeoutAt", state.timeoutAt());
    putJson(json, "output", state.output());
    putError(json, "error", state.error());
    NodePath failedAt = state.failedAt();
    putText(json, "failedAt", failedAt == null ? null : failedAt.value());
    ObjectNode nodes = json.putObject("nodes");
    for (int i = 0; i < definition.nodeCount(); i++) {
      NodeState node = state.nodes().get(i);
      if (node != null) {
        nodes.set(definition.node(i).id(), write(node));
      }
    }
    return json;
  }

  private static ObjectNode write(NodeState node) {
    ObjectNode json = JSON.objectNode();
    json.put("status", node.status().name());
    if (node.status() == NodeStatus.PENDING) {
      json.put("undecided", node.undecided());
      json.put("taken", node.taken());
    }
    if (node.attempt() > 0) {
      json.put("attempt", node.attempt());
    }
    putJson(json, "output", node.output());
    putError(json, "error", node.error());
    putText(json, "skipReason", node.skipReason());
    if (node.held()) {
      json.put("held", true);
    }
    Activity activity = node.activity();
    if (activity != null) {
      json.put("failures", activity.failures());
      putInstant(json, "dueAt", activity.dueAt());
      putInstant(json, "deadline", activity.deadline());
      ScheduledTask task = activity.task();
      if (task != null) {
        json.set("task", write(task));
      }
    }
    return json;
  }

  private static ObjectNode write(ScheduledTask task) {
    ObjectNode json = JSON.objectNode();
    json.put("type", task.type());
    putText(json, "handler", task.handler());
    json.set("input", task.input());
    putInstant(json, "availableAt", task.availableAt());
    putInstant(json, "deadline", task.deadline());
    json.put("owner", task.owner());
    return json;
  }

  static ExecutionState read(JsonNode json, DefinitionSource definitions) {
    if (!json.has("status")) {
      return ExecutionState.NONE;
    }
    String name = json.path("definition").asString();
    int version = json.path("version").asInt();
    CompiledDefinition definition = definitions.find(name, version);
    if (definition == null || !definition.hash().equals(json.path("definitionHash").asString())) {
      throw new IllegalStateException(
          "The snapshot's version " + version + " of " + name + " is unknown");
    }
    ExecutionState fresh =
        ExecutionState.fresh(
            new ExecutionState.Origin(
                definition,
                json.path("input"),
                json.path("variables"),
                text(json, "businessKey"),
                instant(json, "timeoutAt")));
    PersistentArray<NodeState> nodes = fresh.nodes();
    int active = 0;
    for (int i = 0; i < definition.nodeCount(); i++) {
      CompiledNode node = definition.node(i);
      JsonNode stored = json.path("nodes").path(node.id());
      if (!stored.isMissingNode()) {
        NodeState state = node(node, stored);
        nodes = nodes.with(i, state);
        active += state.status() == NodeStatus.ACTIVE ? 1 : 0;
      }
    }
    ExecutionState state = fresh.with(nodes, active);
    ExecutionStatus status = ExecutionStatus.valueOf(json.path("status").asString());
    if (status == ExecutionStatus.RUNNING) {
      return state;
    }
    String failedAt = text(json, "failedAt");
    return state.ended(
        status,
        tree(json, "output"),
        error(json.path("error")),
        failedAt == null ? null : new NodePath(failedAt));
  }

  private static NodeState node(CompiledNode node, JsonNode json) {
    NodeStatus status = NodeStatus.valueOf(json.path("status").asString());
    return new NodeState(
        status,
        json.path("undecided").asInt(0),
        json.path("taken").asInt(0),
        json.path("attempt").asInt(0),
        tree(json, "output"),
        json.has("failures") ? activity(node, json) : null,
        error(json.path("error")),
        text(json, "skipReason"),
        json.path("held").asBoolean(false));
  }

  private static Activity activity(CompiledNode node, JsonNode json) {
    JsonNode task = json.path("task");
    return new Activity(
        task.isMissingNode() ? null : task(node, json.path("attempt").asInt(), task),
        json.path("failures").asInt(),
        instant(json, "dueAt"),
        instant(json, "deadline"));
  }

  private static ScheduledTask task(CompiledNode node, int attempt, JsonNode json) {
    return new ScheduledTask(
        node.id(),
        node.path(),
        json.path("type").asString(),
        text(json, "handler"),
        attempt,
        json.path("input"),
        Instant.parse(json.path("availableAt").asString()),
        instant(json, "deadline"),
        json.path("owner").asString());
  }

  private static void putText(ObjectNode json, String name, @Nullable String value) {
    if (value != null) {
      json.put(name, value);
    }
  }

  private static void putInstant(ObjectNode json, String name, @Nullable Instant value) {
    if (value != null) {
      json.put(name, value.toString());
    }
  }

  private static void putJson(ObjectNode json, String name, @Nullable JsonNode value) {
    if (value != null) {
      json.set(name, value);
    }
  }

  private static void putError(ObjectNode json, String name, @Nullable ErrorInfo error) {
    ObjectNode parent = json;
    String member = name;
    for (ErrorInfo next = error; next != null; next = next.cause()) {
      ObjectNode written = parent.putObject(member);
      written.put("code", next.code());
      written.put("message", next.message());
      putJson(written, "details", next.details());
      parent = written;
      member = "cause";
    }
  }

  private static @Nullable String text(JsonNode json, String name) {
    return json.path(name).isString() ? json.path(name).asString() : null;
  }

  private static @Nullable Instant instant(JsonNode json, String name) {
    String text = text(json, name);
    return text == null ? null : Instant.parse(text);
  }

  private static @Nullable JsonNode tree(JsonNode json, String name) {
    return json.has(name) ? json.path(name) : null;
  }

  /** Causes are rebuilt from the innermost outwards, without recursion. */
  private static @Nullable ErrorInfo error(JsonNode json) {
    ArrayDeque<JsonNode> chain = new ArrayDeque<>();
    for (JsonNode next = json; next.isObject(); next = next.path("cause")) {
      chain.push(next);
    }
    ErrorInfo error = null;
    for (JsonNode next : chain) {
      error =
          new ErrorInfo(
              next.path("code").asString(),
              next.path("message").asString(),
              tree(next, "details"),
              error);
    }
    return error;
  }
}
