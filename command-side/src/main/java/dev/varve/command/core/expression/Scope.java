package dev.varve.command.core.expression;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The data that an expression may see; nothing else exists for it. */
public interface Scope {
  /** Returns {@code input}. */
  JsonNode input();

  /** Returns {@code vars}. */
  JsonNode vars();

  /** Returns {@code nodes.<id>.output}; null when the node has not completed. */
  @Nullable JsonNode output(String nodeId);

  /**
   * Returns {@code execution}: an object with {@code id}, {@code definition}, {@code version},
   * {@code businessKey}.
   */
  JsonNode execution();
}
