package dev.varve.command.core.definition;

import dev.varve.api.rejection.FieldError;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Checks a value against a schema of a definition; implemented outside the core. Pure, thread safe.
 */
@FunctionalInterface
public interface InputCheck {
  /** Accepts everything: what a definition without a schema does. */
  InputCheck ANYTHING = value -> List.of();

  /**
   * Returns every fault, at most {@code Limits.PROBLEMS_MAX}; empty when the value fits. Pointers
   * are relative to the value, the empty pointer is the value itself.
   */
  List<FieldError> check(JsonNode value);
}
