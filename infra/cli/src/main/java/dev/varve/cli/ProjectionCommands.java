package dev.varve.cli;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Commands about projections. */
@Command(
    name = "projection",
    mixinStandardHelpOptions = true,
    description = "Look at projections.",
    subcommands = {ProjectionCommands.ListAll.class, ProjectionCommands.Rebuild.class})
final class ProjectionCommands {
  /** Builds a read model again. */
  @Command(
      name = "rebuild",
      mixinStandardHelpOptions = true,
      description = "Build a read model again, in place; \"projection list\" shows the progress.",
      footer = {"", "Example: varve projection rebuild statistics"})
  static final class Rebuild implements Callable<Integer> {
    @Mixin private ServerOptions options = new ServerOptions();

    @Parameters(paramLabel = "NAME", description = "Name of the projection.")
    private String name = "";

    @Override
    public Integer call() {
      String route = "/api/v1/projections/" + Api.escape(name) + "/rebuild";
      options
          .output()
          .one(
              options.api().post(route, "application/json", new byte[0], Map.of()),
              List.of("name"));
      return ExitCodes.OK;
    }
  }

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
