package dev.varve.testkit.fold;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Folds the stored events of one execution, as plain JSON, into what its view must say. Shares no
 * code with the engine, the event store or the read models: it reads the documented event format
 * and nothing else, so it can tell when one of them is wrong.
 *
 * <p>An event is {@code {type, sequence, data}} as {@code GET /executions/{id}/events} gives it;
 * more members are ignored. The view is {@code {status, definition, version, businessKey, input,
 * output, error, nodes: [{id, path, status, attempts: [{number, status, error}], input, output,
 * error, skipReason}]}}; what is absent is JSON null, so that two views compare member by member.
 */
public final class IndependentFold {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private static final List<String> ADVANCE =
      List.of("taken", "activated", "scheduled", "timers", "skipped");

  private final ObjectNode view = JSON.objectNode();
  private final Map<String, ObjectNode> nodes = new LinkedHashMap<>();
  private final Set<String> held = new LinkedHashSet<>();

  private IndependentFold(Collection<String> nodeIds) {
    for (String member :
        List.of("status", "definition", "version", "businessKey", "input", "output", "error")) {
      view.putNull(member);
    }
    for (String id : nodeIds) {
      node(id);
    }
  }

  /**
   * Folds a whole history.
   *
   * @param events in order of {@code sequence}, from 0, without a gap
   * @param nodeIds the ids of all nodes in the definition's order, so that those never reached are
   *     shown as PENDING; without them the touched nodes come in the order they were touched
   * @throws IllegalArgumentException when an event is missing, of an unknown type, or cannot follow
   *     what came before
   */
  public static ObjectNode fold(List<? extends JsonNode> events, Collection<String> nodeIds) {
    IndependentFold fold = new IndependentFold(nodeIds);
    long expected = 0;
    for (JsonNode event : events) {
      if (event.path("sequence").asLong(-1) != expected) {
        throw new IllegalArgumentException(
            "Expected sequence " + expected + ", but found " + event.path("sequence"));
      }
      expected++;
      fold.event(event.path("type").asString(""), event.path("data"));
    }
    ArrayNode all = fold.view.putArray("nodes");
    fold.nodes.values().forEach(all::add);
    return fold.view;
  }

  /**
   * Compares a folded view with one that the query API gave. Members that only {@code actual} has
   * (times, positions, types) are ignored, absent members are JSON null.
   *
   * @return one line per difference, with its pointer; empty when the views agree
   */
  public static List<String> differences(JsonNode expected, JsonNode actual) {
    List<String> found = new ArrayList<>();
    compare("", expected, actual, found);
    return found;
  }

  private static void compare(
      String pointer, JsonNode expected, JsonNode actual, List<String> found) {
    if (expected.isObject() && actual.isObject()) {
      for (Map.Entry<String, JsonNode> member : expected.properties()) {
        compare(
            pointer + "/" + member.getKey(),
            member.getValue(),
            orNull(actual.path(member.getKey())),
            found);
      }
    } else if (expected.isArray() && actual.isArray() && expected.size() == actual.size()) {
      for (int i = 0; i < expected.size(); i++) {
        compare(pointer + "/" + i, expected.path(i), actual.path(i), found);
      }
    } else if (!expected.equals(actual)) {
      found.add(pointer + ": expected " + expected + ", but found " + actual);
    }
  }

  private void event(String type, JsonNode data) {
    String status = view.path("status").asString("");
    if (!fits(type, status)) {
      throw new IllegalArgumentException(type + " cannot follow in status " + status);
    }
    switch (type) {
      case "execution.started" -> started(data);
      case "execution.node-completed" -> completed(data, status);
      case "execution.node-released" -> released(data);
      case "execution.node-failed" -> {
        ObjectNode node = end(data, "FAILED");
        endAttempt(node, data.path("attempt").asInt(0), "FAILED", data.path("error"));
        node.set("error", data.path("error"));
      }
      case "execution.attempt-failed" -> next(data, "FAILED", data.path("error"));
      case "execution.attempt-lost" -> next(data, "LOST", null);
      case "execution.suspended" -> view.put("status", "SUSPENDED");
      case "execution.resumed" -> view.put("status", "RUNNING");
      case "execution.completed" -> {
        if (!held.isEmpty()) {
          throw new IllegalArgumentException("The execution completed, but holds " + held);
        }
        ended("COMPLETED", data);
        view.set("output", orNull(data.path("output")));
      }
      case "execution.failed" -> {
        ended("FAILED", data);
        view.set("error", data.path("error"));
      }
      case "execution.cancelled" -> ended("CANCELLED", data);
      case "execution.retried" -> retried(data);
      case "execution.timed-out" -> {
        ended("TIMED_OUT", data);
        // the event needs no error, the view always shows this one
        view.putObject("error")
            .put("code", "timeout")
            .put("message", "The execution has used up its time");
      }
      default -> throw new IllegalArgumentException("Unknown event type " + type);
    }
  }

  /** Tells whether an event may follow when the execution stands so; empty before the start. */
  private static boolean fits(String type, String status) {
    boolean running = status.equals("RUNNING");
    boolean suspended = status.equals("SUSPENDED");
    return switch (type) {
      case "execution.started" -> status.isEmpty();
      case "execution.retried" -> status.equals("FAILED") || status.equals("TIMED_OUT");
      case "execution.suspended", "execution.node-released", "execution.completed" -> running;
      case "execution.resumed" -> suspended;
      default -> running || suspended;
    };
  }

  private void completed(JsonNode data, String status) {
    ObjectNode node = end(data, "COMPLETED");
    endAttempt(node, data.path("attempt").asInt(0), "COMPLETED", null);
    node.set("output", orNull(data.path("output")));
    if (status.equals("SUSPENDED")) {
      for (String list : ADVANCE) {
        if (!data.path(list).isEmpty()) {
          throw new IllegalArgumentException(
              "Nothing may follow from " + data.path("path") + " now: " + list);
        }
      }
      held.add(data.path("path").asString());
    }
    advance(data);
  }

  /** What follows from a node that completed while nothing could follow; once only. */
  private void released(JsonNode data) {
    String path = data.path("path").asString();
    if (!held.remove(path)) {
      throw new IllegalArgumentException(path + " was not held");
    }
    advance(data);
  }

  private static JsonNode orNull(JsonNode value) {
    return value.isMissingNode() ? JSON.nullNode() : value;
  }

  private ObjectNode node(String path) {
    ObjectNode node = nodes.get(path);
    if (node == null) {
      node = JSON.objectNode();
      node.put("id", path.substring(path.lastIndexOf('.') + 1).replaceAll("[\\[@].*", ""));
      node.put("path", path);
      node.put("status", "PENDING");
      node.putArray("attempts");
      for (String member : List.of("input", "output", "error", "skipReason")) {
        node.putNull(member);
      }
      nodes.put(path, node);
    }
    return node;
  }

  private void started(JsonNode data) {
    view.put("status", "RUNNING");
    for (String member : List.of("definition", "version", "businessKey", "input")) {
      view.set(member, orNull(data.path(member)));
    }
    advance(data);
  }

  /** What had stopped waits again; whatever else becomes active is reached for the first time. */
  private void retried(JsonNode data) {
    view.put("status", "RUNNING");
    view.putNull("error");
    for (JsonNode path : data.path("activated")) {
      ObjectNode node = node(path.asString());
      String status = node.path("status").asString();
      if (status.equals("FAILED") || status.equals("CANCELLED")) {
        node.put("status", "PENDING");
        node.putNull("error");
      }
    }
    advance(data);
  }

  private void advance(JsonNode data) {
    for (JsonNode path : data.path("activated")) {
      become(path.asString(), "PENDING", "ACTIVE");
    }
    for (JsonNode task : data.path("scheduled")) {
      ObjectNode node = node(task.path("path").asString());
      node.set("input", orNull(task.path("input")));
      addAttempt(node, task.path("attempt").asInt());
    }
    for (JsonNode skipped : data.path("skipped")) {
      become(skipped.path("path").asString(), "PENDING", "SKIPPED")
          .set("skipReason", skipped.path("reason"));
    }
  }

  private ObjectNode become(String path, String from, String to) {
    ObjectNode node = node(path);
    if (!node.path("status").asString().equals(from)) {
      throw new IllegalArgumentException(
          path + " cannot become " + to + ", it is " + node.path("status"));
    }
    node.put("status", to);
    return node;
  }

  private ObjectNode end(JsonNode data, String status) {
    return become(data.path("path").asString(), "ACTIVE", status);
  }

  private static void addAttempt(ObjectNode node, int number) {
    ((ArrayNode) node.path("attempts"))
        .addObject()
        .put("number", number)
        .put("status", "ACTIVE")
        .putNull("error");
  }

  private static void endAttempt(
      ObjectNode node, int number, String status, @Nullable JsonNode error) {
    JsonNode attempts = node.path("attempts");
    if (number == 0) {
      return; // nothing was tried outside: the configuration had no value
    }
    ObjectNode last = (ObjectNode) attempts.get(attempts.size() - 1);
    if (last.path("number").asInt() != number || !last.path("status").asString().equals("ACTIVE")) {
      throw new IllegalArgumentException(
          "Attempt " + number + " of " + node.path("path") + " is not the current one: " + last);
    }
    last.put("status", status);
    if (error != null) {
      last.set("error", error);
    }
  }

  private void next(JsonNode data, String status, @Nullable JsonNode error) {
    ObjectNode node = become(data.path("path").asString(), "ACTIVE", "ACTIVE");
    endAttempt(node, data.path("attempt").asInt(), status, error);
    addAttempt(node, data.path("next").path("number").asInt());
  }

  private void ended(String status, JsonNode data) {
    for (JsonNode path : data.path("cancelled")) {
      ObjectNode node = become(path.asString(), "ACTIVE", "CANCELLED");
      JsonNode attempts = node.path("attempts");
      if (!attempts.isEmpty()) {
        ((ObjectNode) attempts.get(attempts.size() - 1)).put("status", "CANCELLED");
      }
    }
    for (ObjectNode node : nodes.values()) {
      if (node.path("status").asString().equals("ACTIVE")) {
        throw new IllegalArgumentException(
            "The execution ended, but " + node.path("path") + " is still active");
      }
    }
    view.put("status", status);
  }
}
