package dev.varve.web;

import dev.varve.api.rejection.FieldError;
import dev.varve.api.rejection.Rejection;
import dev.varve.api.rejection.RejectionCode;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Versions of streams in headers (RFC 9110, section 13): {@code ETag} tells one, {@code If-Match}
 * asks for one.
 */
public final class Preconditions {
  /** Header with the version that a stream must have. */
  public static final String IF_MATCH = "If-Match";

  private static final Pattern VERSION = Pattern.compile("\"([0-9]{1,18})\"|([0-9]{1,18})");

  private Preconditions() {}

  /**
   * Returns the version that {@code If-Match} asks for; null when any will do.
   *
   * @throws RejectionException {@code request.malformed} when the header is no version
   */
  public static @Nullable Long ifMatch(HttpServletRequest request) {
    List<String> values = Collections.list(request.getHeaders(IF_MATCH));
    if (values.isEmpty() || values.equals(List.of("*"))) {
      return null;
    }
    Matcher version = VERSION.matcher(values.getFirst().strip());
    if (values.size() == 1 && version.matches()) {
      String digits = version.group(1) == null ? version.group(2) : version.group(1);
      return Long.valueOf(digits);
    }
    throw malformed(IF_MATCH, "Expected one version as an ETag gave it, such as \"7\", or *");
  }

  /** Returns the text of an {@code ETag} for {@code version}. */
  public static String etag(long version) {
    return "\"" + version + "\"";
  }

  /** Makes the refusal of a header whose value cannot be read. */
  public static RejectionException malformed(String header, String expected) {
    String detail = "Header " + header + ": " + expected;
    return new RejectionException(
        Rejection.of(
            RejectionCode.REQUEST_MALFORMED,
            detail,
            List.of(
                FieldError.of(RejectionCode.REQUEST_MALFORMED.code(), "/" + header, expected))));
  }
}
