package dev.varve.replay;

import dev.varve.api.common.NodePath;
import dev.varve.api.execution.ExecutionEvent.AttemptFailed;
import dev.varve.api.execution.ExecutionEvent.AttemptLost;
import dev.varve.api.execution.ExecutionEvent.ExecutionFailed;
import dev.varve.api.execution.ExecutionEvent.NodeCompleted;
import dev.varve.api.execution.ExecutionEvent.NodeFailed;
import dev.varve.api.execution.ExecutionEvent.NodeReleased;
import dev.varve.api.log.CommandMetadata;
import dev.varve.eventstore.EventTypes;
import dev.varve.eventstore.StoredEvent;
import dev.varve.eventstore.codec.EventJson;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Shows events of the log to those outside. */
public final class EventItems {
  private final EventTypes types;
  private final JsonMapper mapper = EventJson.mapper();

  /** Writes payloads as {@code types} stores them. */
  public EventItems(EventTypes types) {
    this.types = types;
  }

  /** Returns the stored names of all events, in the order of registration. */
  public Set<String> names() {
    var names = new LinkedHashSet<String>();
    types.all().forEach(type -> names.add(type.name()));
    return names;
  }

  /**
   * Returns {@code {sequence, position, type, revision, recordedAt, nodeId?, path?, attempt?,
   * data?, metadata}}.
   *
   * @param data whether to show the payload
   */
  public ObjectNode inHistory(StoredEvent event, boolean data) {
    ObjectNode item = JsonNodeFactory.instance.objectNode();
    item.put("sequence", event.sequence());
    item.put("position", event.position().toToken());
    describe(event, item);
    switch (event.payload()) {
      case NodeCompleted e -> node(item, e.nodeId(), e.path(), e.attempt());
      case NodeReleased e -> node(item, e.nodeId(), e.path(), 0);
      case NodeFailed e -> node(item, e.nodeId(), e.path(), e.attempt());
      case AttemptFailed e -> node(item, e.nodeId(), e.path(), e.attempt());
      case AttemptLost e -> node(item, e.nodeId(), e.path(), e.attempt());
      case ExecutionFailed e -> failed(item, e.path());
      default -> {} // events about the whole execution
    }
    finish(event, data, item);
    return item;
  }

  /**
   * Returns {@code {position, streamId, streamType, sequence, eventId, type, revision, recordedAt,
   * data?, metadata}}.
   *
   * @param data whether to show the payload
   */
  public ObjectNode inFeed(StoredEvent event, boolean data) {
    ObjectNode item = JsonNodeFactory.instance.objectNode();
    item.put("position", event.position().toToken());
    item.put("streamId", event.streamId().toString());
    item.put("streamType", event.streamType());
    item.put("sequence", event.sequence());
    item.put("eventId", event.eventId().toString());
    describe(event, item);
    finish(event, data, item);
    return item;
  }

  private static void describe(StoredEvent event, ObjectNode item) {
    item.put("type", event.type());
    item.put("revision", event.revision());
    item.put("recordedAt", event.recordedAt().toString());
  }

  private static void node(ObjectNode item, String nodeId, NodePath path, int attempt) {
    item.put("nodeId", nodeId);
    item.put("path", path.value());
    if (attempt > 0) {
      item.put("attempt", attempt);
    }
  }

  private static void failed(ObjectNode item, @Nullable NodePath path) {
    if (path != null) {
      item.put("nodeId", path.nodeId());
      item.put("path", path.value());
    }
  }

  private void finish(StoredEvent event, boolean data, ObjectNode item) {
    if (data) {
      JsonNode payload = mapper.readTree(types.write(event.payload()));
      item.set("data", payload);
    }
    item.set("metadata", metadata(event));
  }

  private static ObjectNode metadata(StoredEvent event) {
    CommandMetadata command = event.metadata();
    ObjectNode metadata = JsonNodeFactory.instance.objectNode();
    metadata.put("node", event.node());
    metadata.put("actor", command.actor());
    metadata.put("commandId", command.commandId().toString());
    putIfPresent(metadata, "correlationId", command.correlationId());
    putIfPresent(metadata, "causationId", command.causationId());
    putIfPresent(metadata, "traceparent", command.traceparent());
    return metadata;
  }

  private static void putIfPresent(ObjectNode node, String name, @Nullable String value) {
    if (value != null) {
      node.put(name, value);
    }
  }
}
