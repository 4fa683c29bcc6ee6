package dev.varve.command.worker;

import dev.varve.api.common.Limits;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.StringNode;

/** Turns JSON values into bytes and bytes into JSON values, by content type. */
final class HttpBodies {
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(Limits.JSON_DEPTH_MAX)
                          .build())
                  .build())
          .enable(tools.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private HttpBodies() {}

  static byte[] write(JsonNode value) {
    return JSON.writeValueAsBytes(value);
  }

  static boolean isJson(String contentType) {
    int end = contentType.indexOf(';');
    String type =
        (end < 0 ? contentType : contentType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    return type.equals("application/json") || type.equals("text/json") || type.endsWith("+json");
  }

  /** Reads a body: JSON when the content type says so, else text; null when there is none. */
  static JsonNode read(byte[] body, @Nullable String contentType) throws TaskFailure {
    if (body.length == 0) {
      return NullNode.instance;
    }
    if (contentType == null || !isJson(contentType)) {
      return StringNode.valueOf(text(body, contentType));
    }
    try {
      JsonNode value = JSON.readTree(body);
      return value.isMissingNode() ? NullNode.instance : value;
    } catch (JacksonException malformed) {
      throw new TaskFailure(
          "http.response-invalid",
          "Expected the response to be JSON as its content type says: "
              + malformed.getOriginalMessage(),
          false);
    }
  }

  static String text(byte[] body, @Nullable String contentType) {
    return new String(body, charset(contentType));
  }

  private static Charset charset(@Nullable String contentType) {
    int at = contentType == null ? -1 : contentType.toLowerCase(Locale.ROOT).indexOf("charset=");
    if (contentType == null || at < 0) {
      return StandardCharsets.UTF_8;
    }
    String rest = contentType.substring(at + "charset=".length());
    int end = rest.indexOf(';');
    String name = (end < 0 ? rest : rest.substring(0, end)).replace("\"", "").strip();
    try {
      return Charset.forName(name);
    } catch (IllegalArgumentException _) {
      return StandardCharsets.UTF_8;
    }
  }
}
