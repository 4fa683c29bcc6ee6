package dev.varve.server;

import dev.varve.server.Setting.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns the command line's flags into Spring properties: {@code --port 8081} is {@code
 * --varve.port=8081}. Properties of Spring and its libraries ({@code --logging.level.root=INFO})
 * pass through; a word that is neither is refused, since a mistyped setting would silently be the
 * default.
 */
final class Arguments {
  private static final String FLAG = "--";
  private static final String OURS = "--varve.";

  private Arguments() {}

  /**
   * Translates.
   *
   * @throws SettingsException when a flag is unknown or has no value
   */
  static String[] toProperties(String[] args) {
    List<String> properties = new ArrayList<>();
    for (int i = 0; i < args.length; i++) {
      String arg = args[i];
      if (i == 0 && (arg.equals("dev") || arg.equals("server"))) {
        properties.add("--varve.dev=" + arg.equals("dev"));
      } else if (!arg.startsWith(FLAG)) {
        throw SettingsException.unknown(arg);
      } else if (isForeign(arg)) {
        properties.add(arg);
      } else {
        Setting setting = setting(arg);
        int equals = arg.indexOf('=');
        if (equals >= 0) {
          properties.add("--" + setting.property() + arg.substring(equals));
        } else if (setting.kind() instanceof Kind.Switch) {
          properties.add("--" + setting.property() + "=true");
        } else if (i + 1 < args.length) {
          properties.add("--" + setting.property() + "=" + args[++i]);
        } else {
          throw new SettingsException(setting.name(), "Expected a value after " + arg);
        }
      }
    }
    return properties.toArray(String[]::new);
  }

  /** A property of Spring has a dot in its name; none of our flags has. */
  private static boolean isForeign(String arg) {
    int equals = arg.indexOf('=');
    String name = equals < 0 ? arg : arg.substring(0, equals);
    return !arg.startsWith(OURS) && name.indexOf('.') >= 0;
  }

  private static Setting setting(String arg) {
    int equals = arg.indexOf('=');
    String name =
        arg.substring(
            arg.startsWith(OURS) ? OURS.length() : FLAG.length(),
            equals < 0 ? arg.length() : equals);
    return SettingCatalog.named(name).orElseThrow(() -> SettingsException.unknown(arg));
  }
}
