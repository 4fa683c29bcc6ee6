package dev.varve.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Commands about executions. */
@Command(
    name = "execution",
    mixinStandardHelpOptions = true,
    description = "Start, watch and control executions.",
    subcommands = {
      ExecutionCommands.Start.class,
      ExecutionCommands.Show.class,
      ExecutionCommands.ListAll.class,
      ExecutionCommands.Events.class,
      ExecutionCommands.State.class,
      ExecutionCommands.Diff.class,
      ExecutionCommands.Cancel.class,
      ExecutionCommands.Suspend.class,
      ExecutionCommands.Resume.class,
      ExecutionCommands.Retry.class,
    })
final class ExecutionCommands {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String ROUTE = "/api/v1/executions";
  private static final List<String> SUMMARY =
      List.of("executionId", "definition", "version", "status", "startedAt", "endedAt");

  /** Starts an execution. */
  @Command(
      name = "start",
      mixinStandardHelpOptions = true,
      description = "Start an execution of the latest version.",
      footer = {
        "",
        "Examples:",
        "  varve execution start order --input '{\"sku\":\"book\",\"quantity\":2}'",
        "  varve execution start order --input @input.json --wait PT10S"
      })
  static final class Start implements Callable<Integer> {
    @Mixin private ServerOptions options = new ServerOptions();

    @Parameters(paramLabel = "DEFINITION", description = "Name of the definition.")
    private String definition = "";

    @Option(
        names = "--version-number",
        paramLabel = "N",
        description = "Version (default: latest).")
    private @Nullable Integer version;

    @Option(names = "--input", description = "JSON text, or @FILE (default: {}).")
    private String input = "{}";

    @Option(names = "--business-key", description = "Unique among running executions.")
    private @Nullable String businessKey;

    @Option(names = "--label", paramLabel = "NAME=VALUE", description = "Label, repeatable.")
    private Map<String, String> labels = new LinkedHashMap<>();

    @Option(
        names = "--wait",
        paramLabel = "DURATION",
        description = "Wait for the end, e.g. PT10S.")
    private @Nullable String wait;

    @Option(
        names = "--idempotency-key",
        paramLabel = "KEY",
        description = "Sending the same key again gives the first answer again.")
    private @Nullable String idempotencyKey;

    @Override
    public Integer call() {
      ObjectNode body = JSON.createObjectNode();
      body.put("definition", definition);
      if (version != null) {
        body.put("version", version);
      }
      body.set("input", json(input));
      if (businessKey != null) {
        body.put("businessKey", businessKey);
      }
      if (!labels.isEmpty()) {
        labels.forEach(body.putObject("labels")::put);
      }
      Map<String, String> headers =
          idempotencyKey == null ? Map.of() : Map.of("Idempotency-Key", idempotencyKey);
      String query = wait == null ? "" : "?wait=" + Api.escape(wait);
      JsonNode answer = options.api().post(ROUTE + query, body, headers);
      options
          .output()
          .one(
              answer, List.of("executionId", "status", "definition", "version", "output", "error"));
      return ExitCodes.OK;
    }

    private static JsonNode json(String text) {
      String source = text.startsWith("@") ? read(text.substring(1)) : text;
      try {
        return JSON.readTree(source);
      } catch (JacksonException e) {
        throw new CliProblem(
            ExitCodes.USAGE, "--input is not JSON: " + e.getOriginalMessage(), null);
      }
    }

    private static String read(String file) {
      try {
        return Files.readString(Path.of(file));
      } catch (IOException e) {
        throw new CliProblem(
            ExitCodes.NOT_FOUND, "Cannot read " + file + ": " + e.getMessage(), null);
      }
    }
  }

  abstract static class OfOne implements Callable<Integer> {
    @Mixin private ServerOptions options = new ServerOptions();

    @Parameters(paramLabel = "EXECUTION", description = "Id of the execution.")
    private String id = "";

    ServerOptions options() {
      return options;
    }

    String route() {
      return ROUTE + "/" + Api.escape(id);
    }
  }

  /** Shows one execution. */
  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = "Show an execution with its nodes and attempts.",
      footer = {"", "Example: varve execution show 01a1fc2f-5a83-7000-b569-698c1398ae65"})
  static final class Show extends OfOne {
    @Override
    public Integer call() {
      JsonNode view = options().api().get(route());
      Output output = options().output();
      output.one(
          view,
          List.of(
              "executionId",
              "definition",
              "version",
              "status",
              "businessKey",
              "startedAt",
              "endedAt",
              "input",
              "output",
              "error"));
      if (output.forPeople()) {
        output.line("");
        output.table(rows(view), List.of("node", "type", "status", "attempts", "output", "why"));
      }
      return ExitCodes.OK;
    }

    private static JsonNode rows(JsonNode view) {
      var rows = JSON.createArrayNode();
      for (JsonNode node : view.path("nodes")) {
        ObjectNode row = rows.addObject();
        row.put("node", node.path("path").asString(node.path("id").asString("")));
        row.set("type", node.path("type"));
        row.set("status", node.path("status"));
        row.put("attempts", node.path("attempts").size());
        row.set("output", node.path("output"));
        JsonNode why =
            node.path("error").isObject()
                ? node.path("error").path("message")
                : node.path("skipReason");
        row.set("why", why);
      }
      return rows;
    }
  }

  /** Lists executions. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "List executions, newest first.",
      footer = {"", "Example: varve execution list --status FAILED --limit 100 -o ids"})
  static final class ListAll implements Callable<Integer> {
    @Mixin private ServerOptions options = new ServerOptions();

    @Option(
        names = "--status",
        description = "RUNNING, SUSPENDED, COMPLETED, FAILED, CANCELLED or TIMED_OUT.")
    private @Nullable String status;

    @Option(names = "--definition", description = "Name of the definition.")
    private @Nullable String definition;

    @Option(names = "--business-key", description = "Business key.")
    private @Nullable String businessKey;

    @Option(names = "--limit", description = "Most executions (default: ${DEFAULT-VALUE}).")
    private int limit = 20;

    @Override
    public Integer call() {
      var query = new StringBuilder(ROUTE);
      append(query, "status", status);
      append(query, "definition", definition);
      append(query, "businessKey", businessKey);
      options.output().list(options.api().all(query.toString(), limit), SUMMARY);
      return ExitCodes.OK;
    }

    private static void append(StringBuilder query, String name, @Nullable String value) {
      if (value != null) {
        query
            .append(query.indexOf("?") < 0 ? '?' : '&')
            .append(name)
            .append('=')
            .append(Api.escape(value));
      }
    }
  }

  /** Shows a past state. */
  @Command(
      name = "state",
      mixinStandardHelpOptions = true,
      description = "Show an execution as it was.",
      footer = {"", "Example: varve execution state 01a1fc2f-5a83-7000-b569-698c1398ae65 --at 3"})
  static final class State extends OfOne {
    @Option(names = "--at", description = "Sequence of an event, or an instant (default: latest).")
    private @Nullable String at;

    @Override
    public Integer call() {
      String query = at == null ? "" : "?at=" + Api.escape(at);
      JsonNode state = options().api().get(route() + "/state" + query);
      options()
          .output()
          .one(
              state, List.of("executionId", "sequence", "recordedAt", "status", "output", "error"));
      return ExitCodes.OK;
    }
  }

  /** Shows what changed. */
  @Command(
      name = "diff",
      mixinStandardHelpOptions = true,
      description = "Show what changed between two moments.",
      footer = {
        "",
        "Example: varve execution diff 01a1fc2f-5a83-7000-b569-698c1398ae65 --from 0 --to 3"
      })
  static final class Diff extends OfOne {
    @Option(names = "--from", description = "Sequence or instant (default: the first event).")
    private String from = "0";

    @Option(names = "--to", description = "Sequence or instant (default: the latest event).")
    private @Nullable String to;

    @Override
    public Integer call() {
      String until = to == null ? "" : "&to=" + Api.escape(to);
      JsonNode diff = options().api().get(route() + "/diff?from=" + Api.escape(from) + until);
      options().output().list(diff.path("changes"), List.of("pointer", "before", "after"));
      return ExitCodes.OK;
    }
  }

  /** Shows the history. */
  @Command(
      name = "events",
      mixinStandardHelpOptions = true,
      description = "Show the history of an execution, oldest first.",
      footer = {
        "",
        "Example: varve execution events 01a1fc2f-5a83-7000-b569-698c1398ae65 -o jsonl"
      })
  static final class Events extends OfOne {
    private static final int PAGE_ITEMS = 500;

    @Override
    public Integer call() {
      var items = JSON.createArrayNode();
      String after = "";
      JsonNode page;
      do {
        page = options().api().get(route() + "/events?limit=" + PAGE_ITEMS + after);
        page.path("items").forEach(items::add);
        after = "&after=" + Api.escape(page.path("next").asString(""));
      } while (!page.path("next").isNull() && !page.path("items").isEmpty());
      options()
          .output()
          .list(items, List.of("sequence", "recordedAt", "type", "path", "attempt", "data"));
      return ExitCodes.OK;
    }
  }

  /** A command that changes one execution and may be given a reason. */
  abstract static class Control extends OfOne {
    private final String verb;

    @Option(names = "--reason", description = "For the audit trail.")
    private @Nullable String reason;

    Control(String verb) {
      this.verb = verb;
    }

    @Override
    public Integer call() {
      ObjectNode body = JSON.createObjectNode();
      if (reason != null) {
        body.put("reason", reason);
      }
      JsonNode answer = options().api().post(route() + "/" + verb, body, Map.of());
      options().output().one(answer, List.of("executionId", "status"));
      return ExitCodes.OK;
    }
  }

  /** Cancels an execution. */
  @Command(
      name = "cancel",
      mixinStandardHelpOptions = true,
      description = "End an execution and cancel what is active.",
      footer = {"", "Example: varve execution cancel 01a1fc2f-5a83-7000-b569-698c1398ae65"})
  static final class Cancel extends Control {
    Cancel() {
      super("cancel");
    }
  }

  /** Suspends an execution. */
  @Command(
      name = "suspend",
      mixinStandardHelpOptions = true,
      description = {
        "Let no further node of an execution start: what is active goes on to its end, retries,"
            + " delays and timeouts included."
      },
      footer = {
        "",
        "Example: varve execution suspend 01a1fc2f-5a83-7000-b569-698c1398ae65 --reason stocktaking"
      })
  static final class Suspend extends Control {
    Suspend() {
      super("suspend");
    }
  }

  /** Resumes an execution. */
  @Command(
      name = "resume",
      mixinStandardHelpOptions = true,
      description = "Let nodes of a suspended execution start again, first those held back.",
      footer = {"", "Example: varve execution resume 01a1fc2f-5a83-7000-b569-698c1398ae65"})
  static final class Resume extends Control {
    Resume() {
      super("resume");
    }
  }

  /** Retries an execution. */
  @Command(
      name = "retry",
      mixinStandardHelpOptions = true,
      description = {
        "Go on with an execution that failed or timed out: what had failed is tried again, what had"
            + " completed stays."
      },
      footer = {
        "",
        "Example: varve execution retry 01a1fc2f-5a83-7000-b569-698c1398ae65 --reason 'shop is back'"
      })
  static final class Retry extends Control {
    Retry() {
      super("retry");
    }
  }
}
