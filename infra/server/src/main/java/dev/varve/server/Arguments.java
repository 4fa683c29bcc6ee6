package dev.varve.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Turns the command line's flags into Spring properties: {@code --port 8081} is {@code
 * --varve.port=8081}.
 */
final class Arguments {
  private static final Set<String> SWITCHES = Set.of("unsafe", "dev");

  private Arguments() {}

  /**
   * Translates.
   *
   * @throws SettingsException when a flag has no value
   */
  static String[] toProperties(String[] args) {
    List<String> properties = new ArrayList<>();
    for (int i = 0; i < args.length; i++) {
      String arg = args[i];
      if (arg.equals("dev") || arg.equals("server")) {
        properties.add("--varve.dev=" + arg.equals("dev"));
      } else if (!arg.startsWith("--")
          || arg.startsWith("--varve.")
          || arg.startsWith("--spring.")) {
        properties.add(arg);
      } else if (arg.contains("=")) {
        properties.add("--varve." + arg.substring(2));
      } else if (SWITCHES.contains(arg.substring(2))) {
        properties.add("--varve." + arg.substring(2) + "=true");
      } else if (i + 1 < args.length) {
        properties.add("--varve." + arg.substring(2) + "=" + args[++i]);
      } else {
        throw new SettingsException(arg.substring(2), "Expected a value after " + arg);
      }
    }
    return properties.toArray(String[]::new);
  }
}
