package dev.varve.replay.http;

import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.Limits;
import dev.varve.api.log.LogToken;
import dev.varve.api.rejection.FieldError;
import dev.varve.api.rejection.Rejection;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.replay.GlobalFeed;
import dev.varve.replay.Moment;
import dev.varve.web.RejectionException;
import jakarta.servlet.http.HttpServletRequest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads query parameters of the event routes. */
final class EventParameters {
  private static final int UUID_CHARS = 36;

  private EventParameters() {}

  static int limit(@Nullable String text) {
    if (text == null) {
      return Limits.PAGE_ITEMS_DEFAULT;
    }
    if (text.matches("[0-9]{1,9}")) {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= Limits.PAGE_ITEMS_MAX) {
        return limit;
      }
    }
    throw invalid("limit", "Expected a number from 1 to " + Limits.PAGE_ITEMS_MAX);
  }

  static @Nullable Long sequence(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    if (text.equals("-1")) {
      return -1L; // before the first event, as some clients say it
    }
    if (text.matches("[0-9]{1,18}")) {
      return Long.valueOf(text);
    }
    throw invalid("after", "Expected the sequence of an event, from 0");
  }

  static boolean flag(String name, @Nullable String text, boolean otherwise) {
    if (text == null) {
      return otherwise;
    }
    return switch (text) {
      case "true", "1", "" -> true;
      case "false", "0" -> false;
      default -> throw invalid(name, "Expected true or false");
    };
  }

  static LogToken token(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return LogToken.START;
    }
    try {
      return LogToken.parse(text);
    } catch (IllegalArgumentException e) {
      throw new RejectionException(
          Rejection.of(
              RejectionCode.CURSOR_INVALID, "Expected a cursor as a page of the feed gave it"));
    }
  }

  /** Returns stored names separated by commas. */
  static Set<String> types(@Nullable String text, Set<String> known) {
    var types = new LinkedHashSet<String>();
    if (text == null || text.isEmpty()) {
      return types;
    }
    for (String type : text.split(",", -1)) {
      if (!known.contains(type)) {
        throw invalid("types", "Expected names among " + String.join(", ", known));
      }
      types.add(type);
    }
    return types;
  }

  /**
   * Refuses a place that is not in the log.
   *
   * @throws RejectionException {@code cursor.regressed}
   */
  static void checkHeld(GlobalFeed feed, LogToken token) {
    if (!feed.holds(token)) {
      throw new RejectionException(
          Rejection.of(
              RejectionCode.CURSOR_REGRESSED,
              "Expected a place in this log, but the cursor names one that is not in it"));
    }
  }

  /**
   * Checks {@code minPosition}: what was committed is in the log at once, so that there is nothing
   * to wait for.
   *
   * @throws RejectionException {@code cursor.invalid} or {@code cursor.regressed}
   */
  static void checkMinPosition(GlobalFeed feed, HttpServletRequest request) {
    checkHeld(feed, token(request.getParameter("minPosition")));
  }

  /**
   * Returns the id.
   *
   * @throws RejectionException {@code execution.not-found}
   */
  static ExecutionId idOrNotFound(String text) {
    ExecutionId id = executionId(text);
    if (id == null) {
      throw noExecution();
    }
    return id;
  }

  static RejectionException noExecution() {
    return new RejectionException(
        Rejection.of(
            RejectionCode.EXECUTION_NOT_FOUND,
            "Expected the id of an execution, but there is none of this id"));
  }

  /** Returns the id; null when the text is none, since then nothing is there. */
  static @Nullable ExecutionId executionId(String text) {
    try {
      return text.length() == UUID_CHARS ? new ExecutionId(UUID.fromString(text)) : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Returns the moment that {@code text} names: the sequence of an event, or an instant. */
  static Moment moment(String name, @Nullable String text) {
    if (text == null || text.isEmpty()) {
      return new Moment.Latest();
    }
    if (text.matches("[0-9]{1,18}")) {
      return new Moment.After(Long.parseLong(text));
    }
    try {
      return new Moment.At(Instant.parse(text));
    } catch (DateTimeException e) {
      throw invalid(
          name, "Expected the sequence of an event, or an instant such as 2026-01-31T12:00:00Z");
    }
  }

  static RejectionException invalid(String name, String expected) {
    return new RejectionException(
        Rejection.of(
            RejectionCode.QUERY_INVALID,
            "Query parameter " + name + ": " + expected,
            List.of(FieldError.of(RejectionCode.QUERY_INVALID.code(), "/" + name, expected))));
  }
}
