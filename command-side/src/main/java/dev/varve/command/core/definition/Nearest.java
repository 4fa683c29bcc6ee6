package dev.varve.command.core.definition;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Finds the known word that a misspelt one was meant to be. */
final class Nearest {
  private static final int ECHO_CHARS_MAX = 64;
  private static final int DISTANCE_MAX = 2;

  private Nearest() {}

  /**
   * Returns the nearest of {@code known} by edit distance, the first in order of the alphabet; null
   * when none is near.
   */
  static @Nullable String of(String word, Collection<String> known) {
    if (word.length() > ECHO_CHARS_MAX) {
      return null;
    }
    String best = null;
    int bestDistance = Math.min(DISTANCE_MAX, word.length() - 1) + 1;
    for (String candidate : known) {
      if (Math.abs(candidate.length() - word.length()) > DISTANCE_MAX) {
        continue;
      }
      int distance = distance(word, candidate);
      if (distance < bestDistance
          || (distance == bestDistance && best != null && candidate.compareTo(best) < 0)) {
        best = candidate;
        bestDistance = distance;
      }
    }
    return best;
  }

  /** Returns at most 64 characters of what a client sent. */
  static String echo(String text) {
    return text.length() <= ECHO_CHARS_MAX ? text : text.substring(0, ECHO_CHARS_MAX) + "…";
  }

  private static int distance(String left, String right) {
    int[] row = new int[right.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[right.length()];
  }
}
