package dev.varve.server;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.springframework.boot.convert.DurationStyle;

/**
 * One setting of the program, as an operator sees it.
 *
 * @param group heading in the documentation
 * @param name in kebab case: the flag {@code --name}, the Spring property {@code varve.name}
 * @param kind what a value looks like
 * @param standard the default as text, empty for none
 * @param meaning one sentence, plain words
 */
record Setting(String group, String name, Kind kind, String standard, String meaning) {

  /** What values a setting takes. */
  sealed interface Kind {
    /** Any text; {@code unit} says what it stands for. */
    record Text(String unit) implements Kind {}

    /** {@code true} or {@code false}; the flag needs no value. */
    record Switch() implements Kind {}

    /** One of a few words. */
    record Choice(List<String> words) implements Kind {
      public Choice {
        words = List.copyOf(words);
      }
    }

    /** A whole number within limits. */
    record Count(String unit, int min, int max) implements Kind {}

    /** A duration within limits, such as {@code 500ms}, {@code 10s} or {@code 7d}. */
    record Span(Duration min, Duration max) implements Kind {}
  }

  /** Returns the environment variable. */
  String variable() {
    return name.equals("database-url")
        ? "DATABASE_URL"
        : "VARVE_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  /** Returns the Spring property. */
  String property() {
    return "varve." + name;
  }

  /**
   * Checks a value without using it.
   *
   * @throws SettingsException when it cannot be read or is outside the limits
   */
  void check(String value) {
    boolean fits =
        switch (kind) {
          case Kind.Text _ -> true;
          case Kind.Switch _ -> value.equals("true") || value.equals("false");
          case Kind.Choice choice -> choice.words().contains(value.toLowerCase(Locale.ROOT));
          case Kind.Count count -> fits(count, value);
          case Kind.Span span -> fits(span, value);
        };
    if (!fits) {
      throw new SettingsException(name, "Expected " + expected() + ", but was '" + value + "'");
    }
  }

  /** Returns the unit and the limits in words. */
  String expected() {
    return switch (kind) {
      case Kind.Text text -> text.unit();
      case Kind.Switch _ -> "true or false";
      case Kind.Choice choice -> "one of " + String.join(", ", choice.words());
      case Kind.Count count ->
          "a whole number (" + count.unit() + ") from " + count.min() + " to " + count.max();
      case Kind.Span span ->
          "a duration from " + text(span.min()) + " to " + text(span.max()) + ", such as 10s";
    };
  }

  private static boolean fits(Kind.Count limits, String value) {
    try {
      int number = Integer.parseInt(value.strip());
      return number >= limits.min() && number <= limits.max();
    } catch (NumberFormatException _) {
      return false;
    }
  }

  private static boolean fits(Kind.Span limits, String value) {
    try {
      Duration span = DurationStyle.detectAndParse(value.strip());
      return span.compareTo(limits.min()) >= 0 && span.compareTo(limits.max()) <= 0;
    } catch (IllegalArgumentException | ArithmeticException _) {
      return false;
    }
  }

  private static String text(Duration span) {
    if (span.toDays() > 0 && span.equals(Duration.ofDays(span.toDays()))) {
      return span.toDays() + "d";
    }
    if (span.toHours() > 0 && span.equals(Duration.ofHours(span.toHours()))) {
      return span.toHours() + "h";
    }
    if (span.toMinutes() > 0 && span.equals(Duration.ofMinutes(span.toMinutes()))) {
      return span.toMinutes() + "m";
    }
    return span.equals(Duration.ofSeconds(span.toSeconds()))
        ? span.toSeconds() + "s"
        : span.toMillis() + "ms";
  }
}
