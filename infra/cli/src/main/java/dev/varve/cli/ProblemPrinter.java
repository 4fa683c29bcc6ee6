package dev.varve.cli;

import java.io.PrintWriter;
import tools.jackson.databind.JsonNode;

/** Shows a problem document to a person. */
final class ProblemPrinter {
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
        err.println("    " + lines[line - 1].stripTrailing());
        err.println("    " + " ".repeat(column - 1) + "^");
      }
      err.println("    " + each.path("detail").asString(""));
    }
  }
}
