package dev.varve.command.core.expression;

import dev.varve.api.common.ErrorInfo;
import tools.jackson.databind.JsonNode;

/** What evaluating a template or condition gives. */
public sealed interface Evaluation {
  /**
   * It has a value.
   *
   * @param value the value; a boolean for conditions
   */
  record Value(JsonNode value) implements Evaluation {}

  /**
   * It has none.
   *
   * @param error code {@code expression.error} or {@code expression.budget}, the message names the
   *     expression
   */
  record Failure(ErrorInfo error) implements Evaluation {}
}
