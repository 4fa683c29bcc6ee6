package dev.varve.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Programs of their own, which the launcher {@code ./varve} starts before this command line is
 * reached; listed here for the help.
 */
final class Programs {
  private Programs() {}

  abstract static class Launched implements Callable<Integer> {
    @Parameters(hidden = true, arity = "0..*")
    private List<String> arguments = List.of();

    @Override
    public Integer call() {
      System.err.println(
          "varve: this command is a program of its own; start it with the launcher: ./varve "
              + getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT)
              + " "
              + String.join(" ", arguments));
      return ExitCodes.USAGE;
    }
  }

  /** Development server. */
  @Command(
      name = "dev",
      description = "Start a server, the demo shop and the sample definitions (default).",
      footer = {"", "Example: ./varve dev --port 8081"})
  static final class Dev extends Launched {}

  /** Server. */
  @Command(
      name = "server",
      description = "Start a server.",
      footer = {
        "",
        "Example: ./varve server --storage postgres --database-url postgresql://user@host/db"
      })
  static final class Server extends Launched {}

  /** Demo shop. */
  @Command(
      name = "demo",
      description = "Start the demo shop that the samples call.",
      footer = {"", "Example: ./varve demo"})
  static final class Demo extends Launched {}

  /** Description of the API. */
  @Command(
      name = "openapi",
      description = "Print the description of the API (OpenAPI 3.1).",
      footer = {"", "Example: ./varve openapi > openapi.json"})
  static final class OpenApi extends Launched {}

  /** Tests. */
  @Command(
      name = "test",
      description = "Run all tests.",
      footer = {"", "Example: ./varve test"})
  static final class Test extends Launched {}

  /** Benchmarks. */
  @Command(
      name = "bench",
      description = "Run a benchmark, e.g. bench sequential.",
      footer = {"", "Example: ./varve bench sequential"})
  static final class Bench extends Launched {}
}
