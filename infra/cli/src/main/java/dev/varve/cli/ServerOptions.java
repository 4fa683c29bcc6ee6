package dev.varve.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options every command has that talks to a server. */
final class ServerOptions {
  @Option(
      names = "--server",
      description = "Address of the server (default: ${DEFAULT-VALUE}).",
      defaultValue = "${env:VARVE_SERVER:-http://127.0.0.1:8080}")
  private String server = "";

  @Option(names = "--api-key", description = "API key.", defaultValue = "${env:VARVE_API_KEY}")
  private @Nullable String apiKey;

  @Option(
      names = {"-o", "--output"},
      description = "table, json, jsonl or ids (default: ${DEFAULT-VALUE}).",
      defaultValue = "table")
  private Output.Format format = Output.Format.table;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  Api api() {
    return new Api(server, apiKey);
  }

  Output output() {
    return new Output(format, command.commandLine().getOut());
  }
}
