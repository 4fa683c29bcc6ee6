package dev.varve.query.http;

import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.Limits;
import dev.varve.api.execution.ExecutionQuery.LabelFilter;
import dev.varve.api.execution.ExecutionStatus;
import dev.varve.api.rejection.FieldError;
import dev.varve.api.rejection.Rejection;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.web.RejectionException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads query parameters; what is wrong is refused with {@code query.invalid}. */
final class Parameters {
  private Parameters() {}

  static int limit(@Nullable String text) {
    if (text == null) {
      return Limits.PAGE_ITEMS_DEFAULT;
    }
    try {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= Limits.PAGE_ITEMS_MAX) {
        return limit;
      }
    } catch (NumberFormatException e) {
      // refused below, like a number out of range
    }
    throw invalid("limit", "Expected a number from 1 to " + Limits.PAGE_ITEMS_MAX, text);
  }

  static @Nullable ExecutionStatus status(@Nullable String text) {
    if (text == null) {
      return null;
    }
    for (ExecutionStatus status : ExecutionStatus.values()) {
      if (status.name().equals(text)) {
        return status;
      }
    }
    throw invalid("status", "Expected one of " + Arrays.toString(ExecutionStatus.values()), text);
  }

  static @Nullable Instant instant(String name, @Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      Instant instant = Instant.parse(text);
      // what PostgreSQL can compare with
      if (instant.isAfter(Instant.parse("0001-01-01T00:00:00Z"))
          && instant.isBefore(Instant.parse("9999-12-31T00:00:00Z"))) {
        return instant;
      }
    } catch (DateTimeException e) {
      // refused below, like an instant out of range
    }
    throw invalid(name, "Expected an instant such as 2026-01-31T12:00:00Z", text);
  }

  static Duration wait(@Nullable String text, Duration otherwise) {
    if (text == null) {
      return otherwise;
    }
    try {
      Duration wait = Duration.parse(text);
      if (!wait.isNegative() && wait.compareTo(Limits.WAIT_MAX) <= 0) {
        return wait;
      }
    } catch (DateTimeException e) {
      // refused below, like a duration out of range
    }
    throw invalid("wait", "Expected a duration from PT0S to " + Limits.WAIT_MAX, text);
  }

  /** Returns the labels, written {@code key}, {@code key:value} or {@code key=value}. */
  static List<LabelFilter> labels(String @Nullable [] texts) {
    var labels = new ArrayList<LabelFilter>();
    if (texts != null) {
      for (String each : texts) {
        String text = text("label", each);
        int split = separator(text);
        if (split == 0 || labels.size() == Limits.LABELS_MAX) {
          throw invalid("label", "Expected key or key:value, not too many", text);
        }
        labels.add(
            split < 0
                ? new LabelFilter(text, null)
                : new LabelFilter(text.substring(0, split), text.substring(split + 1)));
      }
    }
    return labels;
  }

  /** Returns {@code text}, which PostgreSQL must be able to take. */
  static String text(String name, String text) {
    if (text.indexOf('\0') >= 0) {
      throw invalid(name, "Expected text without NUL", "");
    }
    return text;
  }

  static @Nullable String optionalText(String name, @Nullable String text) {
    return text == null ? null : text(name, text);
  }

  /** Returns the id in a path; null when it cannot be one. */
  static @Nullable ExecutionId executionId(String text) {
    try {
      UUID id = UUID.fromString(text);
      return text.length() == 36 ? new ExecutionId(id) : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  static RejectionException invalid(String name, String expected, String found) {
    String shown = found.length() > 40 ? found.substring(0, 40) + "..." : found;
    String detail = expected + ", but was '" + shown + "'";
    return new RejectionException(
        Rejection.of(
            RejectionCode.QUERY_INVALID,
            "Query parameter " + name + ": " + detail,
            List.of(FieldError.of(RejectionCode.QUERY_INVALID.code(), "/" + name, detail))));
  }

  private static int separator(String label) {
    for (int i = 0; i < label.length(); i++) {
      if (label.charAt(i) == ':' || label.charAt(i) == '=') {
        return i;
      }
    }
    return -1;
  }
}
