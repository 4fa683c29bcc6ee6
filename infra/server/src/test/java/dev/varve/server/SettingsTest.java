package dev.varve.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/** The settings are one list: the program, the command line and the documentation agree with it. */
class SettingsTest {
  @Test
  void the_page_shows_what_the_program_has() throws IOException {
    Path page = Path.of("../docs/settings.md");
    if (Boolean.getBoolean("varve.update-golden")) {
      Files.writeString(page, SettingsTable.markdown());
    }

    assertThat(page)
        .as("run this test with -Dvarve.update-golden=true and review the change")
        .hasContent(SettingsTable.markdown());
  }

  @Test
  void every_setting_that_is_read_is_in_the_list_with_its_default() {
    Stream.of(ServerSettings.class, PoolSettings.class, DoorSettings.class, TraceSettings.class)
        .flatMap(type -> Stream.of(type.getRecordComponents()))
        .forEach(component -> {
          assertThat(SettingCatalog.named(kebab(component.getName())))
              .as(component.getName())
              .isPresent();
          Setting setting = SettingCatalog.named(kebab(component.getName())).orElseThrow();
          assertThat(defaultOf(component)).as(setting.name()).isEqualTo(setting.standard());
        });
  }

  private static String defaultOf(RecordComponent component) {
    for (var parameter :
        component.getDeclaringRecord().getDeclaredConstructors()[0].getParameters()) {
      DefaultValue value = parameter.getAnnotation(DefaultValue.class);
      if (parameter.getName().equals(component.getName()) && value != null) {
        return String.join("", value.value());
      }
    }
    return "";
  }

  private static String kebab(String camel) {
    return camel.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  @Test
  void every_default_is_a_value_that_the_setting_takes() {
    SettingCatalog.all().stream()
        .filter(each -> !each.standard().isEmpty())
        .forEach(
            each -> assertThatCode(() -> each.check(each.standard())).doesNotThrowAnyException());
  }

  @Test
  void flags_become_properties() {
    assertThat(
            Arguments.toProperties(
                new String[] {
                  "server",
                  "--port",
                  "8081",
                  "--unsafe",
                  "--database-pool-size=4",
                  "--varve.lease=5s",
                  "--logging.level.root=INFO",
                  "--node",
                  "server"
                }))
        .containsExactly(
            "--varve.dev=false",
            "--varve.port=8081",
            "--varve.unsafe=true",
            "--varve.database-pool-size=4",
            "--varve.lease=5s",
            "--logging.level.root=INFO",
            "--varve.node=server");
  }

  @ParameterizedTest
  @CsvSource({
    "--prot, did you mean --port?",
    "--database-poolsize, did you mean --database-pool-size?",
    "--varve.leas=3s, did you mean --lease?",
    "--qqqqqqqqqq, --help",
    "stray, --help",
    "--port, Expected a value after --port"
  })
  void a_word_that_is_no_setting_stops_the_start(String flag, String hint) {
    assertThatThrownBy(() -> Arguments.toProperties(new String[] {"server", flag}))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(hint);
  }

  @ParameterizedTest
  @CsvSource({
    "port, 80a80, VARVE_PORT",
    "port, 70000, 0 to 65535",
    "lease, 10 seconds, --lease",
    "lease, 500ms, from 1s to 10m",
    "unsafe, yes, true or false",
    "storage, s3, 'embedded, ephemeral, postgres'",
    "database-pool-size, 1, from 2 to 200",
    "database-sslmode, full, verify-full",
    "workers, 0, from 1 to 100000"
  })
  void a_value_that_cannot_be_used_stops_the_start_and_names_the_setting(
      String name, String value, String hint) {
    var environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .addFirst(new MapPropertySource("test", Map.of("varve." + name, value)));

    assertThatThrownBy(() -> SettingsInput.check(environment))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("varve." + name)
        .hasMessageContaining(value)
        .hasMessageContaining(hint);
  }

  @Test
  void a_password_is_taken_as_it_is() {
    var environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .addFirst(new MapPropertySource("test", Map.of("varve.database-password", "a${b} c")));

    assertThat(SettingsInput.variables(environment))
        .containsEntry("VARVE_DATABASE_PASSWORD", "a${b} c");
  }

  @Test
  void the_log_is_json_only_when_asked_for() {
    var environment = new StandardEnvironment();
    SettingsInput.chooseLogFormat(environment);
    assertThat(environment.containsProperty("logging.structured.format.console")).isFalse();

    environment
        .getPropertySources()
        .addFirst(new MapPropertySource("test", Map.of("varve.log-format", "json")));
    SettingsInput.chooseLogFormat(environment);
    assertThat(environment.getProperty("logging.structured.format.console")).isEqualTo("logstash");
  }
}
