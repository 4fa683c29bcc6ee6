package dev.varve.api.common;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Why an attempt, a node or an execution failed.
 *
 * @param code stable and machine readable, e.g. {@code timeout}, {@code http.status-503}, {@code
 *     expression.error}
 * @param message plain words: what was expected, what was found; never a secret
 * @param details more for a program to read; null when there is nothing
 * @param cause the error behind it; null when there is none
 */
public record ErrorInfo(
    String code, String message, @Nullable JsonNode details, @Nullable ErrorInfo cause) {
  /** Makes an error without details and cause. */
  public static ErrorInfo of(String code, String message) {
    return new ErrorInfo(code, message, null, null);
  }
}
