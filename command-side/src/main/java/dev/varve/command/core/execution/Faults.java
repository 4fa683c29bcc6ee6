package dev.varve.command.core.execution;

import dev.varve.api.common.ErrorInfo;
import dev.varve.api.rejection.FieldError;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Errors that the engine itself finds, with their stable codes. */
final class Faults {
  static final String TIMEOUT = "timeout";
  static final String EXPRESSION = "expression.error";
  static final String TOO_LARGE = "payload.too-large";
  static final String OUTPUT_SCHEMA = "output.schema";

  private Faults() {}

  /**
   * Returns {@code error} with the place in the definition document added to its details; a place
   * inside what stands at {@code pointer} that the error names already is kept.
   */
  static ErrorInfo at(String pointer, ErrorInfo error) {
    ObjectNode details = JsonNodeFactory.instance.objectNode();
    JsonNode known = error.details();
    if (known != null && known.isObject()) {
      details.setAll((ObjectNode) known);
    }
    details.put("pointer", pointer + details.path("pointer").asString(""));
    return new ErrorInfo(error.code(), error.message(), details, error.cause());
  }

  static ErrorInfo tooLarge(String what, long limitBytes) {
    return ErrorInfo.of(
        TOO_LARGE, "Expected " + what + " to take at most " + limitBytes + " bytes");
  }

  static ErrorInfo outputSchema(List<FieldError> errors) {
    ObjectNode details = JsonNodeFactory.instance.objectNode();
    details.put("pointer", "/output");
    ArrayNode list = details.putArray("errors");
    for (FieldError error : errors) {
      list.addObject()
          .put("code", error.code())
          .put("pointer", error.pointer())
          .put("detail", error.detail());
    }
    return new ErrorInfo(
        OUTPUT_SCHEMA, "The output does not fit the definition's output schema", details, null);
  }

  /** Returns the size in bytes of everything in {@code error}; stops soon after {@code limit}. */
  static long size(ErrorInfo error, long limit) {
    long size = 0;
    @Nullable ErrorInfo next = error;
    while (next != null && size <= limit) {
      size += 3L * (next.code().length() + next.message().length());
      JsonNode details = next.details();
      size += details == null ? 0 : JsonSize.of(details, limit);
      next = next.cause();
    }
    return size;
  }
}
