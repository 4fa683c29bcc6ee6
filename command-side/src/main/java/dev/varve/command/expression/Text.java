package dev.varve.command.expression;

import tools.jackson.databind.JsonNode;

/** Text forms of values, and quotes of a user's text in messages. */
public final class Text {
  private Text() {}

  /**
   * Returns what {@code value} looks like inside other text: text as it is, numbers in the shortest
   * form that reads back as the same number ({@code 3.0} stays {@code 3.0}), everything else as
   * JSON.
   */
  public static String of(JsonNode value) {
    return value.isString() ? value.stringValue() : value.toString();
  }

  /** Returns at most {@code chars} characters of {@code text}, without control characters. */
  public static String shown(String text, int chars) {
    StringBuilder shown = new StringBuilder();
    int at = 0;
    while (at < text.length() && shown.length() < chars) {
      int point = text.codePointAt(at);
      boolean hidden =
          Character.isISOControl(point)
              || Character.getType(point) == Character.FORMAT
              || Character.getType(point) == Character.SURROGATE;
      shown.appendCodePoint(hidden ? ' ' : point);
      at += Character.charCount(point);
    }
    return at < text.length() ? shown + "..." : shown.toString();
  }
}
