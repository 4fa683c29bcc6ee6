package dev.varve.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Commands about definitions. */
@Command(
    name = "definition",
    mixinStandardHelpOptions = true,
    description = "Publish, validate and look at definitions.",
    subcommands = {
      DefinitionCommands.Publish.class,
      DefinitionCommands.Validate.class,
      DefinitionCommands.ListAll.class,
      DefinitionCommands.Show.class,
    })
final class DefinitionCommands {
  private static final List<String> PUBLISHED = List.of("name", "version", "created");

  abstract static class WithFile implements java.util.concurrent.Callable<Integer> {
    @Mixin private ServerOptions options = new ServerOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "FILE", description = "YAML or JSON document.")
    private Path file = Path.of("");

    JsonNode send(String query) throws IOException {
      byte[] body;
      try {
        body = Files.readAllBytes(file);
      } catch (IOException e) {
        throw new CliProblem(
            ExitCodes.NOT_FOUND, "Cannot read " + file + ": " + e.getMessage(), null);
      }
      boolean isJson = file.toString().toLowerCase(Locale.ROOT).endsWith(".json");
      String type = isJson ? "application/json" : "application/yaml";
      return options.api().post("/api/v1/definitions" + query, type, body, Map.of());
    }

    int faults(CliProblem problem) throws IOException {
      if (problem.problem() == null) {
        throw problem;
      }
      String source = Files.readString(file, StandardCharsets.UTF_8);
      ProblemPrinter.print(problem, file.toString(), source, spec.commandLine().getErr());
      return problem.exitCode();
    }

    ServerOptions options() {
      return options;
    }
  }

  /** Publishes a version. */
  @Command(
      name = "publish",
      mixinStandardHelpOptions = true,
      description =
          "Publish a version of a definition. The same content again gives the same version.",
      footer = {"", "Example: varve definition publish order.yaml"})
  static final class Publish extends WithFile {
    @Override
    public Integer call() throws IOException {
      try {
        options().output().one(send(""), PUBLISHED);
        return ExitCodes.OK;
      } catch (CliProblem e) {
        return faults(e);
      }
    }
  }

  /** Checks a document. */
  @Command(
      name = "validate",
      mixinStandardHelpOptions = true,
      description = "Check a document and list every fault; nothing is published.",
      footer = {"", "Example: varve definition validate order.yaml"})
  static final class Validate extends WithFile {
    @Override
    public Integer call() throws IOException {
      try {
        JsonNode answer = send("?dryRun=true");
        Output output = options().output();
        if (output.forPeople()) {
          output.line("valid: " + answer.path("name").asString(""));
        } else {
          output.one(answer, PUBLISHED);
        }
        return ExitCodes.OK;
      } catch (CliProblem e) {
        return faults(e);
      }
    }
  }

  /** Lists definitions. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "List definitions by name, each with its latest version.",
      footer = {"", "Example: varve definition list -o ids"})
  static final class ListAll implements java.util.concurrent.Callable<Integer> {
    @Mixin private ServerOptions options = new ServerOptions();

    @Option(names = "--limit", description = "Most definitions (default: ${DEFAULT-VALUE}).")
    private int limit = 1_000;

    @Override
    public Integer call() {
      JsonNode items = options.api().all("/api/v1/definitions", limit);
      options.output().list(items, List.of("name", "version", "publishedAt"));
      return ExitCodes.OK;
    }
  }

  /** Shows one definition. */
  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = "Show a definition with the source of its latest version.",
      footer = {"", "Example: varve definition show order"})
  static final class Show implements java.util.concurrent.Callable<Integer> {
    @Mixin private ServerOptions options = new ServerOptions();

    @Parameters(paramLabel = "NAME", description = "Name of the definition.")
    private String name = "";

    @Override
    public Integer call() {
      JsonNode answer = options.api().get("/api/v1/definitions/" + Api.escape(name));
      options.output().one(answer, List.of("name", "version", "hash", "publishedAt", "source"));
      return ExitCodes.OK;
    }
  }
}
