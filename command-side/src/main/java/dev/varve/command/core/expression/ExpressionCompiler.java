package dev.varve.command.core.expression;

import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Compiles the expressions of a definition; implemented outside the core with CEL. */
public interface ExpressionCompiler {
  /**
   * Compiles a configuration value: every text in it may hold {@code ${...}}; alone it keeps its
   * type, inside text it is interpolated, {@code $$} before a brace is a literal.
   *
   * @param config the value, any JSON
   * @param nodeIds the ids of all nodes of the definition
   * @throws IllegalArgumentException when an expression does not compile (publishing has checked it
   *     before)
   */
  Template template(JsonNode config, Set<String> nodeIds);

  /**
   * Compiles a bare condition; its value is a boolean.
   *
   * @throws IllegalArgumentException when it does not compile
   */
  Template condition(String expression, Set<String> nodeIds);
}
