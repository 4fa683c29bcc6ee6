package dev.varve.web.json;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** The rule of numbers and text, the same for JSON and YAML. */
public final class Numbers {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int LONG_DIGITS_MAX = 19;

  private Numbers() {}

  /** What keeps a text from being stored. */
  public enum Flaw {
    /** Nothing. */
    NONE,
    /** It holds U+0000. */
    NUL,
    /** It holds half of a surrogate pair. */
    SURROGATE
  }

  /** Looks for what PostgreSQL or UTF-8 cannot hold. */
  public static Flaw flaw(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0) {
        return Flaw.NUL;
      }
      if (Character.isSurrogate(c)) {
        boolean pair =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!pair) {
          return Flaw.SURROGATE;
        }
        i++;
      }
    }
    return Flaw.NONE;
  }

  /**
   * Returns the number that {@code text} writes in JSON's notation: int when it is an integer of 64
   * bits, else the nearest double.
   *
   * @return null when it is infinite, no number, or so small that only zero is left of it
   */
  public static @Nullable JsonNode node(String text) {
    if (isInteger(text)) {
      JsonNode whole = integer(text);
      if (whole != null) {
        return whole;
      }
    }
    try {
      double value = Double.parseDouble(text);
      boolean representable = Double.isFinite(value) && (value != 0 || isZero(text));
      return representable ? JSON.numberNode(value) : null;
    } catch (NumberFormatException _) {
      return null;
    }
  }

  private static @Nullable JsonNode integer(String text) {
    int digits = text.charAt(0) == '-' || text.charAt(0) == '+' ? text.length() - 1 : text.length();
    if (digits > LONG_DIGITS_MAX) {
      return null;
    }
    try {
      long value = Long.parseLong(text);
      int small = (int) value;
      return small == value ? JSON.numberNode(small) : JSON.numberNode(value);
    } catch (NumberFormatException _) {
      return null;
    }
  }

  private static boolean isInteger(String text) {
    return text.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '-' || c == '+');
  }

  private static boolean isZero(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 'e' || c == 'E') {
        return true;
      }
      if (c >= '1' && c <= '9') {
        return false;
      }
    }
    return true;
  }
}
