package dev.varve.api.rejection;

import java.util.List;
import java.util.Map;

/**
 * A command or query that was refused: the caller can act on it. Nothing was changed.
 *
 * @param code what was wrong
 * @param detail one sentence, "Expected ..., but ..."
 * @param errors every fault found, at most {@code Limits.PROBLEMS_MAX}; may be empty
 * @param extras more members of the problem, e.g. {@code status} of an ended execution; names in
 *     camelCase
 */
public record Rejection(
    RejectionCode code, String detail, List<FieldError> errors, Map<String, String> extras) {
  /** Copies the collections. */
  public Rejection {
    errors = List.copyOf(errors);
    extras = Map.copyOf(extras);
  }

  /** Makes a rejection with a sentence only. */
  public static Rejection of(RejectionCode code, String detail) {
    return new Rejection(code, detail, List.of(), Map.of());
  }

  /** Makes a rejection that lists faults. */
  public static Rejection of(RejectionCode code, String detail, List<FieldError> errors) {
    return new Rejection(code, detail, errors, Map.of());
  }
}
