package dev.varve.server.hostile;

import dev.varve.api.rejection.RejectionCode;
import dev.varve.command.format.DefinitionProblem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What was sent, what came of it, and what should have come of it but did not. */
final class Report {
  private static final int MISSES_SHOWN = 60;

  /** Codes of single faults that neither list names. */
  private static final Set<String> FIELD_CODES = Set.of("field.length");

  private final Map<Integer, Integer> statuses = new TreeMap<>();
  private final Map<String, Integer> codes = new TreeMap<>();
  private final Set<String> known = new TreeSet<>(FIELD_CODES);
  private final List<String> misses = new ArrayList<>();
  private final Map<String, Integer> elsewhere = new TreeMap<>();
  private int missed;
  private int inputs;
  private int legal;
  private long slowest;
  private String slowestWhat = "";

  Report() {
    Arrays.stream(RejectionCode.values()).map(RejectionCode::code).forEach(known::add);
    Arrays.stream(DefinitionProblem.values()).map(DefinitionProblem::code).forEach(known::add);
  }

  boolean isKnown(String code) {
    return known.contains(code);
  }

  void answered(Probe.Reply reply) {
    inputs++;
    statuses.merge(reply.status(), 1, Integer::sum);
    if (reply.refused() && !reply.code().isEmpty()) {
      covered(reply.code());
    } else if (!reply.refused()) {
      legal++;
    }
  }

  void covered(String code) {
    codes.merge(code, 1, Integer::sum);
  }

  void took(long nanos, String what) {
    if (nanos > slowest) {
      slowest = nanos;
      slowestWhat = what;
    }
  }

  /** A fault was found, but named at another place: a reference to what was spoilt. */
  void elsewhere(String code) {
    elsewhere.merge(code, 1, Integer::sum);
  }

  void expect(boolean holds, String what, String fault, Probe.Reply reply) {
    if (!holds) {
      String shown = reply.text().substring(0, Math.min(400, reply.text().length()));
      miss(what + ": " + fault + ": " + reply.status() + " " + shown);
    }
  }

  void miss(String what) {
    missed++;
    if (misses.size() < MISSES_SHOWN) {
      misses.add(what.length() > 700 ? what.substring(0, 700) + "..." : what);
    }
  }

  int inputs() {
    return inputs;
  }

  int missed() {
    return missed;
  }

  /** Returns the codes that nothing was refused with. */
  Set<String> uncovered() {
    Set<String> left = new TreeSet<>(known);
    left.removeAll(codes.keySet());
    return left;
  }

  @Override
  public String toString() {
    return "hostile input: "
        + inputs
        + " inputs, "
        + legal
        + " accepted, misses "
        + missed
        + "\n  status: "
        + statuses
        + "\n  slowest: "
        + slowest / 1_000_000
        + " ms, "
        + slowestWhat
        + "\n  codes covered: "
        + codes.size()
        + " of "
        + known.size()
        + " "
        + codes
        + "\n  named at another place: "
        + elsewhere
        + "\n  not covered: "
        + uncovered()
        + (misses.isEmpty() ? "" : "\n  MISSES:\n    " + String.join("\n    ", misses))
        + "\n";
  }
}
