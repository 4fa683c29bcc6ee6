package dev.varve.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Commands about projections. */
@Command(
    name = "projection",
    mixinStandardHelpOptions = true,
    description = "Look at projections.",
    subcommands = ProjectionCommands.ListAll.class)
final class ProjectionCommands {
  /** Lists projections with their lag. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "List projections and their lag.")
  static final class ListAll implements Callable<Integer> {
    @Mixin private ServerOptions options = new ServerOptions();

    @Override
    public Integer call() {
      options
          .output()
          .list(
              options.api().get("/api/v1/projections").path("items"),
              List.of("name", "partition", "state", "lagEvents", "lagMillis", "parked"));
      return ExitCodes.OK;
    }
  }
}
