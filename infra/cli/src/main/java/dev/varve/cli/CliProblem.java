package dev.varve.cli;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A refusal of the server, or the lack of one; shown to the user without a stack trace. */
final class CliProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final int exitCode;
  private final transient @Nullable JsonNode problem;

  CliProblem(int exitCode, String message, @Nullable JsonNode problem) {
    super(message, null, false, false);
    this.exitCode = exitCode;
    this.problem = problem;
  }

  int exitCode() {
    return exitCode;
  }

  /** Returns the problem document; null when the server gave none. */
  @Nullable JsonNode problem() {
    return problem;
  }
}
