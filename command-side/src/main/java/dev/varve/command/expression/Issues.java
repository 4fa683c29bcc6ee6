package dev.varve.command.expression;

import dev.cel.common.CelIssue;
import dev.varve.api.common.Limits;
import dev.varve.command.expression.ExpressionFault.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns what CEL's parser and checker say into words that help who wrote the expression. */
final class Issues {
  private static final int SHOWN_CHARS_MAX = 200;
  private static final Pattern UNDECLARED = Pattern.compile("undeclared reference to '([^']*)'.*");
  private static final Pattern NO_OVERLOAD =
      Pattern.compile("found no matching overload for '(.+?)' applied to '(.*?)'.*");
  private static final Pattern UNEXPECTED =
      Pattern.compile(
          "(?:mismatched input|extraneous input|no viable alternative at input|missing .* at|token"
              + " recognition error at:) '(.*?)'(?: expecting .*)?");

  private Issues() {}

  /** Translates {@code issues}; those that only follow from others are left out. */
  static List<ExpressionFault> faults(List<CelIssue> issues, String source, Kind kind) {
    List<ExpressionFault> faults = new ArrayList<>();
    for (CelIssue issue : issues) {
      boolean follows = issue.getMessage().contains("*error*") && !faults.isEmpty();
      if (!follows) {
        faults.add(fault(issue, source, kind));
      }
    }
    return faults;
  }

  private static ExpressionFault fault(CelIssue issue, String source, Kind kind) {
    String message = issue.getMessage().replace('\n', ' ');
    int at = offset(source, issue);
    Matcher undeclared = UNDECLARED.matcher(message);
    if (undeclared.matches()) {
      return unknown(undeclared.group(1), source, at);
    }
    Matcher overload = NO_OVERLOAD.matcher(message);
    if (overload.matches()) {
      return new ExpressionFault(
          kind,
          "'"
              + overload.group(1).replace("_", "").replace("@", "")
              + "' is not defined for "
              + overload.group(2).replace("google.protobuf.", ""),
          at);
    }
    Matcher unexpected = UNEXPECTED.matcher(message);
    if (unexpected.matches()) {
      String found = unexpected.group(1);
      return new ExpressionFault(
          kind,
          found.equals("<EOF>")
              ? "Expected more of the expression, but it ends here"
              : "Expected an expression, but found '" + Text.shown(found, 64) + "'",
          at);
    }
    if (message.contains("limit")) {
      return new ExpressionFault(
          Kind.TOO_COMPLEX,
          "Expected at most "
              + Limits.EXPRESSION_DEPTH_MAX
              + " nested or chained operators, but there are more",
          at);
    }
    return new ExpressionFault(kind, Text.shown(message, SHOWN_CHARS_MAX), at);
  }

  private static ExpressionFault unknown(String name, String source, int at) {
    boolean isCall = at < source.length() && source.charAt(at) == '(';
    return new ExpressionFault(
        Kind.UNKNOWN_NAME,
        isCall
            ? "There is no function '" + Text.shown(name, 64) + "'"
            : "There is no '" + Text.shown(name, 64) + "'" + Nearest.hint(name, Variables.NAMES),
        at);
  }

  private static int offset(String source, CelIssue issue) {
    int line = Math.max(1, issue.getSourceLocation().getLine());
    int at = 0;
    for (int i = 1; i < line; i++) {
      int next = source.indexOf('\n', at);
      if (next < 0) {
        break;
      }
      at = next + 1;
    }
    int column = Math.max(0, issue.getSourceLocation().getColumn());
    return Math.min(source.length(), at + column);
  }
}
