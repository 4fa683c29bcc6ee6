package dev.varve.api.rejection;

import org.jspecify.annotations.Nullable;

/**
 * One fault in a request.
 *
 * @param code stable, e.g. {@code definition.edge-dangling}
 * @param pointer RFC 6901 pointer into the request
 * @param detail what was expected, what was found, what to do
 * @param line 1-based line in a text document; null when unknown
 * @param column 1-based column; null when unknown
 */
public record FieldError(
    String code, String pointer, String detail, @Nullable Integer line, @Nullable Integer column) {
  /** Makes an error without line and column. */
  public static FieldError of(String code, String pointer, String detail) {
    return new FieldError(code, pointer, detail, null, null);
  }
}
