package dev.varve.command.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Which HTTP statuses are success.
 *
 * @param ranges pairs of first and last, both included; never empty
 */
record StatusCodes(List<Range> ranges) {
  private static final StatusCodes DEFAULT = new StatusCodes(List.of(new Range(200, 299)));
  private static final Pattern RANGE = Pattern.compile("([1-5]\\d\\d)(?:-([1-5]\\d\\d))?");

  /** Statuses from {@code first} to {@code last}. */
  record Range(int first, int last) {}

  /** Reads {@code successCodes}: numbers and ranges as {@code "200-204"}; 2xx when absent. */
  static StatusCodes of(JsonNode codes) throws TaskFailure {
    if (codes.isMissingNode() || codes.isNull()) {
      return DEFAULT;
    }
    var ranges = new ArrayList<Range>();
    for (JsonNode each : codes.isArray() ? codes : List.of(codes)) {
      Matcher range = RANGE.matcher(each.isValueNode() ? each.asString().strip() : "");
      if (!range.matches()) {
        throw new TaskFailure(
            "http.request-invalid",
            "Expected successCodes to hold numbers from 100 to 599 or ranges as \"200-204\"",
            false);
      }
      int first = Integer.parseInt(range.group(1));
      ranges.add(
          new Range(first, range.group(2) == null ? first : Integer.parseInt(range.group(2))));
    }
    return ranges.isEmpty() ? DEFAULT : new StatusCodes(List.copyOf(ranges));
  }

  boolean contain(int status) {
    return ranges.stream().anyMatch(each -> status >= each.first() && status <= each.last());
  }

  /** Tells whether a status that is no success may become one when tried again. */
  static boolean retryable(int status) {
    return status == 408 || status == 425 || status == 429 || status >= 500;
  }
}
