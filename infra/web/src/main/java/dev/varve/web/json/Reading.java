package dev.varve.web.json;

import dev.varve.api.rejection.FieldError;
import dev.varve.api.rejection.Rejection;
import dev.varve.api.rejection.RejectionCode;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What reading a text gives: a document or the reason why there is none. */
public sealed interface Reading {
  /**
   * The document.
   *
   * @param value any JSON value
   */
  record Read(JsonNode value) implements Reading {}

  /**
   * There is none.
   *
   * @param rejection names the first fault with line and column
   */
  record Refused(Rejection rejection) implements Reading {}

  /** Makes a refusal with one fault at a place. */
  static Refused refused(RejectionCode code, String pointer, String detail, int line, int column) {
    String where = detail + " at line " + line + ", column " + column;
    return new Refused(
        Rejection.of(
            code, where, List.of(new FieldError(code.code(), pointer, detail, line, column))));
  }
}
