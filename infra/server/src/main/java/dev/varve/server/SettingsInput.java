package dev.varve.server;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.logging.LoggingApplicationListener;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;

/**
 * What was given to this start, wherever it came from (flag, variable, property, file): checked
 * before anything is started, and handed on as the variables that the storage reads.
 */
final class SettingsInput
    implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {
  private static final Logger LOG = LoggerFactory.getLogger(SettingsInput.class);

  /** Read by others than the server: the launcher, the tests and the command line. */
  private static final TreeSet<String> OTHERS =
      new TreeSet<>(
          java.util.List.of(
              "VARVE_AOT",
              "VARVE_AOT_DELAY",
              "VARVE_JAVA_HOME",
              "VARVE_JAVA_OPTS",
              "VARVE_SERVER",
              "VARVE_TEST_DB",
              "VARVE_URL"));

  @Override
  public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
    check(event.getEnvironment());
    chooseLogFormat(event.getEnvironment());
  }

  /** After the sources of properties are complete, before the log is set up. */
  @Override
  public int getOrder() {
    return LoggingApplicationListener.DEFAULT_ORDER - 1;
  }

  static void chooseLogFormat(ConfigurableEnvironment environment) {
    Setting format = SettingCatalog.named("log-format").orElseThrow();
    if ("json".equalsIgnoreCase(value(environment, format))) {
      environment
          .getPropertySources()
          .addLast(
              new MapPropertySource(
                  "varve-log-format", Map.of("logging.structured.format.console", "logstash")));
    }
  }

  /** Tells of variables that look like settings and are none: a mistyped one has no effect. */
  static void warnOfUnknown() {
    System.getenv().keySet().forEach(SettingsInput::warnIfUnknown);
  }

  /**
   * Checks every value that is given.
   *
   * @throws SettingsException naming the first that cannot be used
   */
  static void check(ConfigurableEnvironment environment) {
    for (Setting setting : SettingCatalog.all()) {
      String value = value(environment, setting);
      if (value != null && !value.isBlank()) {
        setting.check(value);
      }
    }
  }

  /** Returns all settings that are given, by the name of their variable. */
  static Map<String, String> variables(ConfigurableEnvironment environment) {
    Map<String, String> variables = new HashMap<>();
    for (Setting setting : SettingCatalog.all()) {
      String value = value(environment, setting);
      if (value != null) {
        variables.put(setting.variable(), value);
      }
    }
    return variables;
  }

  // Not environment.getProperty: it would read "${" in a password as a reference to a property.
  private static @Nullable String value(ConfigurableEnvironment environment, Setting setting) {
    for (PropertySource<?> source : environment.getPropertySources()) {
      Object value = source.getProperty(setting.property());
      if (value != null) {
        return value.toString();
      }
    }
    Object variable = environment.getSystemEnvironment().get(setting.variable());
    return variable == null ? null : variable.toString();
  }

  private static void warnIfUnknown(String variable) {
    boolean ours =
        variable.startsWith("VARVE_")
            && !OTHERS.contains(variable)
            && SettingCatalog.all().stream().noneMatch(each -> each.variable().equals(variable));
    if (ours && !variable.equals("VARVE_DATABASE_URL")) {
      LOG.atWarn().addKeyValue("variable", variable).log("no setting has this name; it is ignored");
    }
  }
}
