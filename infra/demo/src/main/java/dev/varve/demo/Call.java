package dev.varve.demo;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One line of the journal: a call and what it was answered.
 *
 * @param time when it was answered
 * @param method such as {@code POST}
 * @param path without the query
 * @param query as sent, without the question mark; absent when there was none
 * @param key the {@code Idempotency-Key}; absent when none was sent
 * @param body the request; text when it is no JSON, null when there was none
 * @param status of the work done or refused
 * @param response what the work gave; a repeat gets this again
 * @param answered the status that was sent when it is another: that of a fault, 0 for a connection
 *     that was cut
 * @param effect whether this call did something, as opposed to repeating or refusing
 * @param repeated whether it got the first answer of its key again
 * @param fault whether a fault made up its answer
 */
record Call(
    Instant time,
    String method,
    String path,
    @Nullable String query,
    @Nullable String key,
    JsonNode body,
    int status,
    JsonNode response,
    @Nullable Integer answered,
    boolean effect,
    boolean repeated,
    boolean fault) {

  ObjectNode toJson(long sequence) {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("seq", sequence);
    line.put("time", time.toString());
    line.put("method", method);
    line.put("path", path);
    if (query != null) {
      line.put("query", query);
    }
    if (key != null) {
      line.put("key", key);
    }
    line.set("body", body);
    line.put("status", status);
    line.set("response", response);
    if (answered != null) {
      line.put("answered", answered);
    }
    line.put("effect", effect);
    line.put("repeated", repeated);
    line.put("fault", fault);
    return line;
  }

  static Call fromJson(JsonNode line) {
    return new Call(
        Instant.parse(line.path("time").asString()),
        line.path("method").asString(),
        line.path("path").asString(),
        line.has("query") ? line.path("query").asString() : null,
        line.has("key") ? line.path("key").asString() : null,
        line.path("body"),
        line.path("status").asInt(),
        line.path("response"),
        line.has("answered") ? line.path("answered").asInt() : null,
        line.path("effect").asBoolean(),
        line.path("repeated").asBoolean(),
        line.path("fault").asBoolean());
  }
}
