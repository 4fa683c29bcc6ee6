package dev.varve.api.definition;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A node of a definition's graph; one record per node type. */
public sealed interface Node {
  /** Returns the id, unique in the document, {@code [a-z][A-Za-z0-9_]{0,63}}. */
  String id();

  /** Returns the name for people; null when not given. */
  @Nullable String name();

  /**
   * Returns the configuration, with its expressions unevaluated; an empty object when not given.
   */
  JsonNode with();

  /** Returns how many incoming edges must be taken. */
  Join join();

  /** Returns the {@code type} as written in a definition. */
  default String type() {
    String simple = getClass().getSimpleName();
    return simple.substring(0, simple.length() - "Node".length()).toLowerCase(Locale.ROOT);
  }

  /** Work done by a handler in the process; {@code with} is its input. */
  record TaskNode(
      String id, @Nullable String name, JsonNode with, Join join, Effort effort, String handler)
      implements Node {}

  /** One HTTP request; {@code with} has method, url, headers, query, body, successCodes. */
  record HttpNode(String id, @Nullable String name, JsonNode with, Join join, Effort effort)
      implements Node {}

  /** Pure data: {@code with} is the output. */
  record TransformNode(String id, @Nullable String name, JsonNode with, Join join)
      implements Node {}

  /** Waits: {@code with} has {@code duration} or {@code until}. */
  record DelayNode(String id, @Nullable String name, JsonNode with, Join join) implements Node {}

  /** Fails the execution: {@code with} has {@code code} and {@code message}. */
  record FailNode(String id, @Nullable String name, JsonNode with, Join join) implements Node {}

  /** Ends its own branch. */
  record EndNode(String id, @Nullable String name, JsonNode with, Join join) implements Node {}
}
