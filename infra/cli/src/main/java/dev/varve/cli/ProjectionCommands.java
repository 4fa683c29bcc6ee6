package dev.varve.cli;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Commands about projections. */
@Command(
    name = "projection",
    mixinStandardHelpOptions = true,
    description = "Look at projections, and at what they could not handle.",
    subcommands = {
      ProjectionCommands.ListAll.class,
      ProjectionCommands.Rebuild.class,
      ProjectionCommands.Parked.class,
      ProjectionCommands.Retry.class,
      ProjectionCommands.Discard.class
    })
final class ProjectionCommands {
  private static final String ROUTE = "/api/v1/projections/";

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
      description = "List projections and their lag.",
      footer = {"", "Example: varve projection list"})
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

  /** Lists the streams that a projection has parked. */
  @Command(
      name = "parked",
      mixinStandardHelpOptions = true,
      description = "List the streams whose events a projection could not handle.",
      footer = {"", "Example: varve projection parked work"})
  static final class Parked implements Callable<Integer> {
    @Mixin private ServerOptions options = new ServerOptions();

    @Parameters(paramLabel = "NAME", description = "The projection.")
    private String name = "";

    @Override
    public Integer call() {
      options
          .output()
          .list(
              options.api().get(ROUTE + Api.escape(name) + "/parked").path("items"),
              List.of("streamId", "events", "tries", "parkedAt", "cause", "reason"));
      return ExitCodes.OK;
    }
  }

  /** What is said about one parked stream. */
  abstract static class OfOne implements Callable<Integer> {
    @Mixin private ServerOptions options = new ServerOptions();

    @Parameters(index = "0", paramLabel = "NAME", description = "The projection.")
    private String name = "";

    @Parameters(index = "1", paramLabel = "STREAM", description = "The parked stream's id.")
    private String stream = "";

    final Integer post(String verb, ObjectNode body, List<String> columns) {
      String route = ROUTE + Api.escape(name) + "/parked/" + Api.escape(stream) + "/" + verb;
      options.output().one(options.api().post(route, body, Map.of()), columns);
      return ExitCodes.OK;
    }
  }

  /** Hands the events of a parked stream to the projection again. */
  @Command(
      name = "retry",
      mixinStandardHelpOptions = true,
      description = "Let a projection handle the events of a parked stream again.",
      footer = {"", "Example: varve projection retry work 01a1fcff-4f14-7000-984c-43489c840e58"})
  static final class Retry extends OfOne {
    @Override
    public Integer call() {
      return post("retry", JsonNodeFactory.instance.objectNode(), List.of("streamId", "events"));
    }
  }

  /** Gives the events of a parked stream up. */
  @Command(
      name = "discard",
      mixinStandardHelpOptions = true,
      description = "Give the events of a parked stream up; the reason is kept.",
      footer = {
        "",
        "Example: varve projection discard work 01a1fcff-4f14-7000-984c-43489c840e58 --reason test"
      })
  static final class Discard extends OfOne {
    @Option(names = "--reason", required = true, description = "Why; kept with the stream.")
    private String reason = "";

    @Override
    public Integer call() {
      return post(
          "discard",
          JsonNodeFactory.instance.objectNode().put("reason", reason),
          List.of("streamId", "reason"));
    }
  }
}
