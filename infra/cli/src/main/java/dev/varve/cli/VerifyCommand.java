package dev.varve.cli;

import java.io.Console;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Checks the hash chain of the log, range after range. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Check the hash chain of the whole log; names the first bad position.",
      "On a terminal the progress is shown on standard error."
    },
    footer = {
      "",
      "Examples:",
      "  varve verify",
      "  varve verify --progress -o json 2> progress.txt"
    })
final class VerifyCommand implements Callable<Integer> {
  private static final String CHECKED = "checked";
  private static final double NANOS = 1e9;

  @Mixin private ServerOptions options = new ServerOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--progress", description = "Show progress although this is no terminal.")
  private boolean progress;

  @Option(
      names = "--range",
      paramLabel = "EVENTS",
      description = "Events per request (default: ${DEFAULT-VALUE}).")
  private int range = 20_000;

  @Override
  public Integer call() {
    Api api = options.api();
    var bar = new Progress(spec.commandLine().getErr());
    String after = "";
    long checked = 0;
    ObjectNode answer;
    do {
      answer = (ObjectNode) api.get("/api/v1/verify?limit=" + range + after);
      checked += answer.path(CHECKED).asLong(0);
      bar.range(checked, answer.path("remaining").asLong(0));
      after = "&after=" + Api.escape(answer.path("next").asString(""));
    } while (answer.path("next").isString());
    bar.end();
    answer.put(CHECKED, checked);
    options.output().one(answer, List.of("valid", CHECKED, "checkedTo", "firstBad"));
    JsonNode valid = answer.path("valid");
    return valid.asBoolean(false) ? ExitCodes.OK : ExitCodes.VERIFICATION_FAILED;
  }

  /** Ranges, rate and estimate; one line that changes on a terminal, else a line per range. */
  private final class Progress {
    private final PrintWriter err;
    private final boolean terminal =
        Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    private final long began = System.nanoTime();
    private int ranges;

    Progress(PrintWriter err) {
      this.err = err;
    }

    void range(long checked, long remaining) {
      ranges++;
      if (!terminal && !progress) {
        return;
      }
      double seconds = Math.max(0.001, (System.nanoTime() - began) / NANOS);
      double rate = checked / seconds;
      String line =
          String.format(
              Locale.ROOT,
              "range %d: %,d of %,d events, %,.0f/s, about %,.0f s left",
              ranges,
              checked,
              checked + remaining,
              rate,
              rate > 0 ? remaining / rate : 0);
      if (terminal) {
        err.print("\r" + line + "   ");
      } else {
        err.println(line);
      }
      err.flush();
    }

    void end() {
      if (terminal) {
        err.println();
        err.flush();
      }
    }
  }
}
