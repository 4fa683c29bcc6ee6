package dev.varve.web;

import dev.varve.api.rejection.Rejection;
import dev.varve.api.rejection.RejectionCode;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reads request bodies with a bound. */
public final class Bodies {
  private static final JsonMapper CANONICAL =
      JsonMapper.builder().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build();

  private Bodies() {}

  /**
   * Reads the whole body.
   *
   * @param bytesMax most bytes; nothing beyond is read
   * @throws RejectionException {@code request.too-large} when the body is longer
   */
  public static byte[] read(HttpServletRequest request, int bytesMax) {
    try {
      byte[] body = request.getInputStream().readNBytes(bytesMax + 1);
      if (body.length > bytesMax) {
        throw new RejectionException(
            Rejection.of(
                RejectionCode.REQUEST_TOO_LARGE,
                "Expected a body of at most " + bytesMax + " bytes, but it is longer"));
      }
      return body;
    } catch (IOException e) {
      throw new RejectionException(
          Rejection.of(RejectionCode.JSON_MALFORMED, "Expected a whole body, but it was cut off"));
    }
  }

  /** Returns the text of {@code body} with sorted members: what an idempotency key stands for. */
  public static String canonical(JsonNode body) {
    return CANONICAL.writeValueAsString(body);
  }
}
