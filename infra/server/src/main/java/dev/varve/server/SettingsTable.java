package dev.varve.server;

import java.util.List;

/** All settings as text: for {@code --help} and for the documentation. */
final class SettingsTable {
  private static final int NAME_WIDTH = 28;

  private SettingsTable() {}

  /** Returns the page {@code infra/docs/settings.md}. */
  static String markdown() {
    var page =
        new StringBuilder(
            """
            # Settings

            Each setting is an environment variable, a Spring property and a flag of `varve server` and `varve dev`; where it is
            given twice, the flag wins, then the variable, then a property in a file. A value that cannot be read, or a flag that
            does not exist, stops the start with the name of the setting and what was expected. Generated: a test compares this
            page with the program.
            """);
    String group = "";
    for (Setting setting : SettingCatalog.all()) {
      if (!setting.group().equals(group)) {
        group = setting.group();
        page.append("\n## ").append(group).append("\n\n");
        page.append("| Variable | Flag and property | Unit and limits | Default | Meaning |\n");
        page.append("|---|---|---|---|---|\n");
      }
      page.append(
          "| `%s` | `--%s`<br>`%s` | %s | %s | %s |%n"
              .formatted(
                  setting.variable(),
                  setting.name(),
                  setting.property(),
                  setting.expected(),
                  setting.standard().isEmpty() ? "" : "`" + setting.standard() + "`",
                  setting.meaning()));
    }
    return page.toString();
  }

  /** Returns the answer to {@code --help}. */
  static String plain() {
    var text = new StringBuilder("Usage: varve server|dev [--setting value ...]\n");
    String group = "";
    for (Setting setting : SettingCatalog.all()) {
      if (!setting.group().equals(group)) {
        group = setting.group();
        text.append('\n').append(group).append('\n');
      }
      String flag = "  --" + setting.name();
      String standard = setting.standard().isEmpty() ? "" : "; default " + setting.standard();
      text.append(flag)
          .repeat(' ', Math.max(1, NAME_WIDTH - flag.length()))
          .append(setting.meaning().replace("`", ""))
          .append(" (")
          .append(setting.expected())
          .append(standard)
          .append(")\n");
    }
    return text + "\nEach is also an environment variable: " + examples() + ".\n";
  }

  private static String examples() {
    return String.join(
        ", ",
        List.of("port", "database-url", "database-pool-size").stream()
            .map(name -> "--" + name + " is " + SettingCatalog.named(name).orElseThrow().variable())
            .toList());
  }
}
