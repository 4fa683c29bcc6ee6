package dev.varve.command.worker;

import org.jspecify.annotations.Nullable;

/** Makes foreign text fit to be recorded: bounded, without control characters. */
final class Messages {
  /** Longest recorded message of a failure, in characters. */
  static final int MESSAGE_CHARS_MAX = 1_000;

  private Messages() {}

  static String plain(@Nullable String text) {
    return plain(text, MESSAGE_CHARS_MAX);
  }

  static String plain(@Nullable String text, int max) {
    if (text == null) {
      return "";
    }
    var plain = new StringBuilder(Math.min(text.length(), max));
    for (int i = 0; i < text.length() && plain.length() < max; i++) {
      char c = text.charAt(i);
      boolean lone =
          Character.isHighSurrogate(c)
              ? i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1))
              : Character.isLowSurrogate(c)
                  && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
      plain.append(lone || (Character.isISOControl(c) && c != '\n' && c != '\t') ? ' ' : c);
    }
    if (!plain.isEmpty() && Character.isHighSurrogate(plain.charAt(plain.length() - 1))) {
      plain.setLength(plain.length() - 1);
    }
    return plain.toString();
  }
}
