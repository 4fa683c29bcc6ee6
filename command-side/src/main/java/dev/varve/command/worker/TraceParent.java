package dev.varve.command.worker;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Judges a W3C trace context. A caller may send any text as {@code traceparent}; it is kept as it
 * came, but only a well-formed one is sent on to others.
 */
final class TraceParent {
  static final String HEADER = "traceparent";

  /** Version, trace id, id of the parent span, flags; an id of zeros only means none. */
  private static final Pattern FORM =
      Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

  private TraceParent() {}

  static boolean wellFormed(@Nullable String text) {
    return text != null && FORM.matcher(text).matches();
  }
}
