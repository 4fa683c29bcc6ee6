package dev.varve.eventstore;

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
import dev.varve.eventstore.codec.EventJson;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;

/**
 * The closed registry of event names. A payload that is not registered cannot be written, a stored
 * name that is not registered cannot be read.
 */
public final class EventTypes {
  /** Type of the streams of definitions. */
  public static final String DEFINITION = "definition";

  /** Type of the streams of executions. */
  public static final String EXECUTION = "execution";

  private static final List<EventType> STANDARD =
      List.of(
          new EventType(
              "definition.version-published", DEFINITION, 1, DefinitionVersionPublished.class),
          new EventType("execution.started", EXECUTION, 1, ExecutionStarted.class),
          new EventType("execution.node-completed", EXECUTION, 1, NodeCompleted.class),
          new EventType("execution.node-released", EXECUTION, 1, NodeReleased.class),
          new EventType("execution.node-failed", EXECUTION, 1, NodeFailed.class),
          new EventType("execution.attempt-failed", EXECUTION, 1, AttemptFailed.class),
          new EventType("execution.attempt-lost", EXECUTION, 1, AttemptLost.class),
          new EventType("execution.completed", EXECUTION, 1, ExecutionCompleted.class),
          new EventType("execution.failed", EXECUTION, 1, ExecutionFailed.class),
          new EventType("execution.suspended", EXECUTION, 1, ExecutionSuspended.class),
          new EventType("execution.resumed", EXECUTION, 1, ExecutionResumed.class),
          new EventType("execution.retried", EXECUTION, 1, ExecutionRetried.class),
          new EventType("execution.cancelled", EXECUTION, 1, ExecutionCancelled.class),
          new EventType("execution.timed-out", EXECUTION, 1, ExecutionTimedOut.class));

  private final List<EventType> types;
  private final Map<String, Entry> byName = new HashMap<>();
  private final Map<Class<?>, Entry> byClass = new HashMap<>();
  private final Map<String, Map<Integer, Upcaster>> upcasters = new HashMap<>();

  private record Entry(EventType type, ObjectReader reader, ObjectWriter writer) {}

  /**
   * Makes a registry.
   *
   * @throws IllegalArgumentException when a name or record occurs twice, or an old revision has no
   *     upcaster
   */
  public EventTypes(List<EventType> types, List<Upcaster> upcasters) {
    this.types = List.copyOf(types);
    for (EventType type : this.types) {
      var entry =
          new Entry(
              type,
              EventJson.mapper().readerFor(type.payload()),
              EventJson.mapper().writerFor(type.payload()));
      if (byName.put(type.name(), entry) != null || byClass.put(type.payload(), entry) != null) {
        throw new IllegalArgumentException("Registered twice: " + type);
      }
    }
    for (Upcaster upcaster : upcasters) {
      this.upcasters
          .computeIfAbsent(upcaster.type(), name -> new HashMap<>())
          .put(upcaster.fromRevision(), upcaster);
    }
    for (EventType type : this.types) {
      for (int old = 1; old < type.revision(); old++) {
        if (!this.upcasters.getOrDefault(type.name(), Map.of()).containsKey(old)) {
          throw new IllegalArgumentException(
              "Revision " + old + " of " + type.name() + " has no upcaster");
        }
      }
    }
  }

  /** Returns the events of the product. */
  public static EventTypes standard() {
    return new EventTypes(STANDARD, List.of());
  }

  /** Returns all types in the order of registration. */
  public List<EventType> all() {
    return types;
  }

  /**
   * Returns the type of a payload.
   *
   * @throws IllegalArgumentException when its class is not registered
   */
  public EventType of(Class<?> payload) {
    return entry(payload).type();
  }

  /** Returns the JSON of {@code payload} in the present revision. */
  public byte[] write(Object payload) {
    return entry(payload.getClass()).writer().writeValueAsBytes(payload);
  }

  /**
   * Reads stored JSON, bringing it to the present revision first.
   *
   * @throws IllegalStateException when the name is not registered, or the revision is newer than
   *     this program
   */
  public Object read(String name, int revision, byte[] json) {
    return read(name, revision, json, 0, json.length);
  }

  /** Reads stored JSON that lies inside a larger array. */
  public Object read(String name, int revision, byte[] json, int offset, int length) {
    Entry entry = byName.get(name);
    if (entry == null) {
      throw new IllegalStateException(
          "Event name " + name + " is not known to this program; was it written by a newer one?");
    }
    int present = entry.type().revision();
    if (revision == present) {
      return entry.reader().readValue(json, offset, length);
    }
    if (revision > present || revision < 1) {
      throw new IllegalStateException(
          "Revision " + revision + " of " + name + " is not known, expected 1 to " + present);
    }
    JsonNode node = EventJson.mapper().readTree(json, offset, length);
    Map<Integer, Upcaster> steps = upcasters.getOrDefault(name, Map.of());
    for (int from = revision; from < present; from++) {
      Upcaster step = steps.get(from);
      if (step == null) {
        throw new IllegalStateException("Revision " + from + " of " + name + " has no upcaster");
      }
      node = step.upcast(node);
    }
    return entry.reader().readValue(node);
  }

  private Entry entry(Class<?> payload) {
    Entry entry = byClass.get(payload);
    if (entry == null) {
      throw new IllegalArgumentException(
          payload.getName() + " has no stored name; register it in EventTypes");
    }
    return entry;
  }
}
