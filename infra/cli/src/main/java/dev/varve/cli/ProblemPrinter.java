package dev.varve.cli;

import java.io.PrintWriter;
import tools.jackson.databind.JsonNode;

/** Shows a problem document to a person. */
final class ProblemPrinter {
  private static final int LINE_CHARS_MAX = 120;

  private ProblemPrinter() {}

  static void print(CliProblem problem, PrintWriter err) {
    err.println("varve: " + problem.getMessage());
    JsonNode document = problem.problem();
    if (document == null) {
      return;
    }
    for (JsonNode each : document.path("errors")) {
      err.println(
          "  "
              + each.path("pointer").asString("")
              + "  "
              + each.path("code").asString("")
              + ": "
              + each.path("detail").asString(""));
    }
  }

  /** Shows the faults of a document, each under the line it is in. */
  static void print(CliProblem problem, String file, String source, PrintWriter err) {
    JsonNode document = problem.problem();
    if (document == null || document.path("errors").isEmpty()) {
      print(problem, err);
      return;
    }
    err.println("varve: " + problem.getMessage());
    String[] lines = source.split("\n", -1);
    for (JsonNode each : document.path("errors")) {
      int line = each.path("line").asInt(0);
      int column = Math.max(1, each.path("column").asInt(1));
      String where = line > 0 ? file + ":" + line + ":" + column : file;
      err.println();
      err.println(
          where + "  " + each.path("code").asString("") + "  " + each.path("pointer").asString(""));
      if (line > 0 && line <= lines.length) {
        excerpt(lines[line - 1].stripTrailing(), line, column, err);
      }
      err.println("    " + each.path("detail").asString(""));
    }
  }

  /** Shows a line with its number and a caret under the column; of a long line, what is around. */
  private static void excerpt(String line, int number, int column, PrintWriter err) {
    int at = Math.min(column - 1, line.length());
    int from = line.length() <= LINE_CHARS_MAX ? 0 : Math.max(0, at - LINE_CHARS_MAX / 2);
    int to = Math.min(line.length(), from + LINE_CHARS_MAX);
    String before = (from > 0 ? "…" : "") + line.substring(from, at);
    String after = line.substring(at, to) + (to < line.length() ? "…" : "");
    String gutter = "%4d | ".formatted(number);
    err.println(gutter + before + after);
    // a tab stays a tab, so that the caret stands where the terminal puts the character
    String indent = before.replaceAll("[^\\t]", " ");
    err.println(" ".repeat(gutter.length() - 2) + "| " + indent + "^");
  }
}
