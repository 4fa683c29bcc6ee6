package dev.varve.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Commands about what is waiting. */
final class WaitingCommands {
  private WaitingCommands() {}

  abstract static class Listing implements Callable<Integer> {
    @Mixin private ServerOptions options = new ServerOptions();

    @Option(names = "--execution", paramLabel = "ID", description = "Of this execution only.")
    private @Nullable String execution;

    @Option(names = "--limit", description = "Most lines (default: ${DEFAULT-VALUE}).")
    private int limit = 20;

    Integer list(String route, List<String> columns) {
      String only = execution == null ? "" : "?executionId=" + Api.escape(execution);
      options.output().list(options.api().all("/api/v1/" + route + only, limit), columns);
      return ExitCodes.OK;
    }
  }

  /** Tasks. */
  @Command(
      name = "task",
      mixinStandardHelpOptions = true,
      description = "Look at the attempts that run or wait to run.",
      subcommands = Tasks.class)
  static final class Task {}

  /** Timers. */
  @Command(
      name = "timer",
      mixinStandardHelpOptions = true,
      description = "Look at the timers that have not fired.",
      subcommands = Timers.class)
  static final class Timer {}

  /** Lists tasks. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "List the attempts that run or wait to run.",
      footer = {"", "Example: varve task list --limit 100 -o jsonl"})
  static final class Tasks extends Listing {
    @Override
    public Integer call() {
      return list("tasks", List.of("executionId", "path", "attempt", "handler", "deadline"));
    }
  }

  /** Lists timers. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "List the timers that have not fired.",
      footer = {"", "Example: varve timer list --execution 01a1fc2f-5a83-7000-b569-698c1398ae65"})
  static final class Timers extends Listing {
    @Override
    public Integer call() {
      return list("timers", List.of("executionId", "path", "kind", "dueAt"));
    }
  }
}
