package dev.varve.cli;

/** Exit codes of the command line; documented, stable. */
final class ExitCodes {
  static final int OK = 0;

  /** Any failure without a code of its own. */
  static final int FAILED = 1;

  /** Wrong arguments or a document with faults. */
  static final int USAGE = 2;

  /** The thing named does not exist. */
  static final int NOT_FOUND = 3;

  /** The command does not fit the present state. */
  static final int CONFLICT = 4;

  /** The log was changed after it was written. */
  static final int VERIFICATION_FAILED = 6;

  /** The server cannot be reached or is not able to answer now; try again. */
  static final int UNAVAILABLE = 7;

  private ExitCodes() {}

  /** Returns the exit code for an HTTP status. */
  static int of(int status) {
    return switch (status) {
      case 400, 405, 406, 413, 415, 422 -> USAGE;
      case 404 -> NOT_FOUND;
      case 409, 412 -> CONFLICT;
      case 429, 503, 504 -> UNAVAILABLE;
      default -> FAILED;
    };
  }
}
