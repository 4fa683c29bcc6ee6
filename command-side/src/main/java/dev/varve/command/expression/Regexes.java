package dev.varve.command.expression;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.varve.api.common.Limits;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Compiles regular expressions of RE2, which match in linear time. Counted repetition is unrolled
 * while compiling, and nested it multiplies, so the size is estimated before anything is compiled.
 */
public final class Regexes {
  private static final int CHARS_MAX = 1_000;

  private Regexes() {}

  /** Compiles {@code regex}; null when RE2 has no such expression, or it is too large. */
  public static @Nullable Pattern compile(String regex) {
    if (regex.length() > CHARS_MAX || estimate(regex) > Limits.REGEX_PROGRAM_MAX) {
      return null;
    }
    try {
      Pattern pattern = Pattern.compile(regex);
      return pattern.programSize() > Limits.REGEX_PROGRAM_MAX ? null : pattern;
    } catch (PatternSyntaxException _) {
      return null;
    }
  }

  /** Sums up the atoms, each times the repetitions around it. */
  private static long estimate(String regex) {
    Deque<Long> outer = new ArrayDeque<>();
    long sum = 0;
    long atom = 0;
    int at = 0;
    while (at < regex.length() && sum <= Limits.REGEX_PROGRAM_MAX) {
      char c = regex.charAt(at);
      int next = at + 1;
      switch (c) {
        case '(' -> {
          outer.push(sum + atom);
          sum = 0;
          atom = 0;
        }
        case ')' -> {
          atom = sum + atom;
          sum = outer.isEmpty() ? 0 : outer.pop();
        }
        case '{' -> {
          long times = times(regex, at);
          atom = times == 0 ? atom + 1 : Math.max(1, atom) * times;
        }
        case '[' -> {
          sum += atom;
          atom = 1;
          next = afterClass(regex, at);
        }
        default -> {
          sum += atom;
          atom = 1;
          next = c == '\\' ? at + 2 : next;
        }
      }
      at = next;
    }
    while (!outer.isEmpty()) {
      sum += outer.pop();
    }
    return sum + atom;
  }

  /** Reads the larger number of a repetition; 0 when there is none. */
  private static long times(String regex, int open) {
    int close = regex.indexOf('}', open);
    if (close < 0) {
      return 0;
    }
    String[] bounds = regex.substring(open + 1, close).split(",", 2);
    try {
      long least = Long.parseLong(bounds[0]);
      boolean bounded = bounds.length == 2 && !bounds[1].isEmpty();
      return Math.max(1, bounded ? Math.max(least, Long.parseLong(bounds[1])) : least + 1);
    } catch (NumberFormatException _) {
      return 0;
    }
  }

  private static int afterClass(String regex, int open) {
    int at = open + 1;
    if (at < regex.length() && regex.charAt(at) == '^') {
      at++;
    }
    if (at < regex.length() && regex.charAt(at) == ']') {
      at++;
    }
    while (at < regex.length() && regex.charAt(at) != ']') {
      at += regex.charAt(at) == '\\' ? 2 : 1;
    }
    return at + 1;
  }
}
