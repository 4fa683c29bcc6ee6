package dev.varve.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Writes the completion of a command line for the fish shell, which picocli does not do. */
final class FishCompletion {
  private final StringBuilder script = new StringBuilder();

  private FishCompletion() {}

  /** Returns the script: a line for each command, option and word that an option takes. */
  static String script(CommandLine root) {
    var completion = new FishCompletion();
    completion.script.append("complete -c ").append(root.getCommandName()).append(" -f\n");
    completion.add(root, List.of());
    return completion.script.toString();
  }

  private void add(CommandLine command, List<String> path) {
    String name = command.getCommandSpec().root().name();
    Map<String, CommandLine> children = command.getSubcommands();
    String here = condition(path, children);
    for (var child : children.entrySet()) {
      line(name, here, "-a " + child.getKey(), description(child.getValue().getCommandSpec()));
      var below = new ArrayList<>(path);
      below.add(child.getKey());
      add(child.getValue(), below);
    }
    for (OptionSpec option : command.getCommandSpec().options()) {
      line(name, here, names(option), description(option));
    }
    for (ArgSpec words : command.getCommandSpec().positionalParameters()) {
      if (words.completionCandidates() != null) {
        line(name, here, "-a '" + String.join(" ", words.completionCandidates()) + "'", "");
      }
    }
  }

  private void line(String name, String condition, String what, String description) {
    script
        .append("complete -c ")
        .append(name)
        .append(" -n '")
        .append(condition)
        .append("' ")
        .append(what);
    if (!description.isEmpty()) {
      script.append(" -d '").append(quoted(description)).append('\'');
    }
    script.append('\n');
  }

  private static String condition(List<String> path, Map<String, CommandLine> children) {
    if (path.isEmpty()) {
      return "__fish_use_subcommand";
    }
    var parts = new ArrayList<String>();
    path.forEach(word -> parts.add("__fish_seen_subcommand_from " + word));
    if (!children.isEmpty()) {
      parts.add("not __fish_seen_subcommand_from " + String.join(" ", children.keySet()));
    }
    return String.join("; and ", parts);
  }

  private static String names(OptionSpec option) {
    var names = new ArrayList<String>();
    for (String each : option.names()) {
      names.add(each.startsWith("--") ? "-l " + each.substring(2) : "-s " + each.substring(1));
    }
    if (option.arity().max() > 0) {
      names.add("-r");
      if (option.completionCandidates() != null) {
        names.add("-a '" + String.join(" ", option.completionCandidates()) + "'");
      }
    }
    return String.join(" ", names);
  }

  private static String description(CommandSpec command) {
    String[] lines = command.usageMessage().description();
    return lines.length == 0 ? "" : lines[0];
  }

  private static String description(OptionSpec option) {
    return option.description().length == 0 ? "" : option.description()[0];
  }

  private static String quoted(String text) {
    return text.replace("\\", "\\\\")
        .replace("'", "\\'")
        .replace(" (default: ${DEFAULT-VALUE})", "");
  }
}
