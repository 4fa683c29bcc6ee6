package dev.varve.replay;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What differs between two states of an execution, as JSON pointers. Nodes are named by their path
 * and attempts by their number, not by their place in a list: {@code
 * /nodes/charge/attempts/2/status}.
 */
public final class StateDiff {
  /** Members that name an item of a list, by the name of the list. */
  private static final Map<String, String> KEYS = Map.of("nodes", "path", "attempts", "number");

  /** Where the view was taken, which always differs and says nothing about the execution. */
  private static final Set<String> LEFT_OUT = Set.of("asOfPosition");

  private final ArrayNode changes = JsonNodeFactory.instance.arrayNode();

  private StateDiff() {}

  /**
   * Returns {@code [{pointer, before?, after?}]}: {@code before} is absent for what is new, {@code
   * after} for what is gone. Empty when the states are equal.
   */
  public static ArrayNode between(JsonNode before, JsonNode after) {
    var diff = new StateDiff();
    diff.compare("", "", before, after);
    return diff.changes;
  }

  private void compare(String pointer, String name, JsonNode before, JsonNode after) {
    if (before.equals(after)) {
      return;
    }
    if (before.isObject() && after.isObject() && !plainData(name)) {
      members(pointer, byName(before), byName(after));
    } else if (before.isArray() && after.isArray() && KEYS.containsKey(name)) {
      members(pointer, byKey(before, KEYS.get(name)), byKey(after, KEYS.get(name)));
    } else {
      change(pointer, before, after);
    }
  }

  /** Data of the workflow is shown whole: what is inside has no meaning to the engine. */
  private static boolean plainData(String name) {
    return name.equals("input") || name.equals("output") || name.equals("error");
  }

  private void members(String pointer, Map<String, JsonNode> before, Map<String, JsonNode> after) {
    Set<String> names = new LinkedHashSet<>(before.keySet());
    names.addAll(after.keySet());
    names.removeAll(LEFT_OUT);
    for (String name : names) {
      compare(
          pointer + "/" + name.replace("~", "~0").replace("/", "~1"),
          name,
          before.getOrDefault(name, MissingNode.getInstance()),
          after.getOrDefault(name, MissingNode.getInstance()));
    }
  }

  private void change(String pointer, JsonNode before, JsonNode after) {
    ObjectNode change = changes.addObject().put("pointer", pointer);
    if (!before.isMissingNode()) {
      change.set("before", before);
    }
    if (!after.isMissingNode()) {
      change.set("after", after);
    }
  }

  private static Map<String, JsonNode> byName(JsonNode object) {
    Map<String, JsonNode> members = new LinkedHashMap<>();
    object.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
    return members;
  }

  private static Map<String, JsonNode> byKey(JsonNode array, String key) {
    Map<String, JsonNode> items = new LinkedHashMap<>();
    for (JsonNode item : array) {
      items.put(item.path(key).asString(), item);
    }
    return items;
  }
}
