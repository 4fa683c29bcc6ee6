package dev.varve.command.expression;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Guesses what a person meant to write. */
public final class Nearest {
  private static final int SHOWN_MAX = 12;
  private static final int COMPARED_MAX = 10_000;
  private static final int CHARS_MAX = 64;

  private Nearest() {}

  /**
   * Returns the known name that is nearest to {@code written}.
   *
   * @return null when none is near
   */
  public static @Nullable String match(String written, Collection<String> known) {
    if (written.length() > CHARS_MAX) {
      return null;
    }
    String lower = written.toLowerCase(Locale.ROOT);
    int limit = Math.max(1, written.length() / 3);
    String best = null;
    for (String each : known.stream().sorted().limit(COMPARED_MAX).toList()) {
      if (Math.abs(each.length() - written.length()) > limit || each.length() > CHARS_MAX) {
        continue;
      }
      int distance = distance(lower, each.toLowerCase(Locale.ROOT), limit);
      if (distance <= limit) {
        best = each;
        limit = distance - 1;
      }
      if (limit < 0) {
        break;
      }
    }
    return best;
  }

  /** Returns a sentence part: the nearest name, else the known ones, else nothing. */
  public static String hint(String written, Collection<String> known) {
    String near = match(written, known);
    if (near != null) {
      return "; did you mean '" + near + "'?";
    }
    if (known.isEmpty()) {
      return "; there is none";
    }
    List<String> shown = known.stream().sorted().limit(SHOWN_MAX).toList();
    return "; known: "
        + shown.stream().collect(Collectors.joining(", "))
        + (known.size() > SHOWN_MAX ? ", ..." : "");
  }

  /** Edit distance with swaps of neighbours; gives up past {@code limit}. */
  private static int distance(String a, String b, int limit) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      cost[i][0] = i;
    }
    for (int j = 0; j <= b.length(); j++) {
      cost[0][j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int rowBest = Integer.MAX_VALUE;
      for (int j = 1; j <= b.length(); j++) {
        int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int best =
            Math.min(cost[i - 1][j - 1] + same, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          best = Math.min(best, cost[i - 2][j - 2] + 1);
        }
        cost[i][j] = best;
        rowBest = Math.min(rowBest, best);
      }
      if (rowBest > limit + 1) {
        return rowBest;
      }
    }
    return cost[a.length()][b.length()];
  }
}
