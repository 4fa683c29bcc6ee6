package dev.varve.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;

/** The program {@code varve demo}: opens the shop and keeps it open. */
public final class Demo {

  private static final int DEFAULT_PORT = 9090;
  private static final String USAGE =
      """
      usage: varve demo [--port <port>] [--journal <file>]
        --port     TCP port on 127.0.0.1, 9090 by default, 0 for any free one
        --journal  the file that keeps every call, .varve/demo/journal.jsonl by default\
      """;

  private Demo() {}

  /**
   * Opens the shop; exit code 2 for a wrong call, 1 when it cannot open.
   *
   * @param arguments see the usage text
   */
  public static void main(String[] arguments) {
    int code = run(arguments, System.out, System.err);
    if (code >= 0) {
      System.exit(code);
    }
  }

  /** Returns the exit code, or -1 when the shop is open and stays so. */
  static int run(String[] arguments, PrintStream out, PrintStream err) {
    int port = DEFAULT_PORT;
    Path journal = Path.of(".varve", "demo", "journal.jsonl");
    for (int i = 0; i < arguments.length; i += 2) {
      if (i + 1 == arguments.length) {
        err.println(USAGE);
        return arguments[i].equals("--help") ? 0 : 2;
      }
      String value = arguments[i + 1];
      switch (arguments[i]) {
        case "--port" -> port = port(value);
        case "--journal" -> journal = Path.of(value);
        default -> {
          err.println(USAGE);
          return 2;
        }
      }
      if (port < 0) {
        err.println("varve demo: --port is '" + value + "', expected 0 to 65535");
        return 2;
      }
    }
    return open(port, journal, out, err);
  }

  private static int open(int port, Path journal, PrintStream out, PrintStream err) {
    try {
      // Never closed: the process ends it, and the journal is complete at any moment.
      Shop shop = Shop.open(port, journal);
      out.println(
          "Demo shop on http://127.0.0.1:" + shop.port() + ", journal " + journal.toAbsolutePath());
      return -1;
    } catch (IOException e) {
      err.println("varve demo: cannot open on port " + port + ": " + e.getMessage());
      return 1;
    }
  }

  private static int port(String text) {
    try {
      int port = Integer.parseInt(text);
      return port <= 65_535 ? port : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
