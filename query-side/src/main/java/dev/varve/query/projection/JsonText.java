package dev.varve.query.projection;

import dev.varve.api.common.ErrorInfo;
import dev.varve.api.common.Limits;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** JSON as the read models keep it: text, with absent and null both kept as SQL null. */
public final class JsonText {
  /** Reads whatever an event can hold, as long names as well. */
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNameLength(Limits.EVENT_PAYLOAD_BYTES_MAX)
                          .maxStringLength(Limits.EVENT_PAYLOAD_BYTES_MAX)
                          .build())
                  .build())
          .build();

  private JsonText() {}

  /** Returns the text of {@code value}; null for an absent or null value. */
  public static @Nullable String of(@Nullable JsonNode value) {
    return value == null || value.isNull() || value.isMissingNode()
        ? null
        : MAPPER.writeValueAsString(value);
  }

  /** Returns the text of {@code error} as {@code {code, message, details?, cause?}}. */
  public static String of(ErrorInfo error) {
    return MAPPER.writeValueAsString(tree(error));
  }

  /** Returns the value of {@code text}; null for null. */
  public static @Nullable JsonNode parse(@Nullable String text) {
    return text == null ? null : MAPPER.readTree(text);
  }

  private static ObjectNode tree(ErrorInfo error) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("code", error.code());
    node.put("message", error.message());
    JsonNode details = error.details();
    if (details != null && !details.isNull()) {
      node.set("details", details);
    }
    ErrorInfo cause = error.cause();
    if (cause != null) {
      node.set("cause", tree(cause));
    }
    return node;
  }
}
