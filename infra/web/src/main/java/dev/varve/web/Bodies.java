package dev.varve.web;

import dev.varve.api.rejection.Rejection;
import dev.varve.api.rejection.RejectionCode;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reads request bodies with a bound. */
public final class Bodies {
  private static final JsonMapper CANONICAL =
      JsonMapper.builder().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build();

  private static final Set<String> JSON_TYPES = Set.of("application/json", "text/json");

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

  /**
   * Reads the whole body of a route that takes JSON.
   *
   * @param bytesMax most bytes; nothing beyond is read
   * @throws RejectionException {@code request.media-type} when it is of another type, not UTF-8 by
   *     its own word, or compressed; {@code request.too-large}
   */
  public static byte[] readJson(HttpServletRequest request, int bytesMax) {
    checkType(request, JSON_TYPES);
    return read(request, bytesMax);
  }

  /**
   * Checks what a body says that it is; a body that says nothing is taken at its content.
   *
   * @param types media types, without parameters, in small letters
   * @throws RejectionException {@code request.media-type}
   */
  public static void checkType(HttpServletRequest request, Set<String> types) {
    String encoding = request.getHeader("Content-Encoding");
    if (encoding != null && !encoding.isBlank() && !encoding.equalsIgnoreCase("identity")) {
      throw mediaType("Expected a body without Content-Encoding");
    }
    String given = request.getContentType();
    if (given == null || given.isBlank()) {
      return;
    }
    try {
      MimeType type = MimeTypeUtils.parseMimeType(given);
      String name = (type.getType() + "/" + type.getSubtype()).toLowerCase(Locale.ROOT);
      Charset charset = type.getCharset();
      if (types.contains(name) && (charset == null || charset.equals(StandardCharsets.UTF_8))) {
        return;
      }
    } catch (IllegalArgumentException e) {
      // no media type, or a charset that nobody knows: refused below
    }
    throw mediaType("Expected one of " + types.stream().sorted().toList() + " in UTF-8");
  }

  private static RejectionException mediaType(String detail) {
    return new RejectionException(Rejection.of(RejectionCode.REQUEST_MEDIA_TYPE, detail));
  }

  /** Returns the text of {@code body} with sorted members: what an idempotency key stands for. */
  public static String canonical(JsonNode body) {
    return CANONICAL.writeValueAsString(body);
  }
}
