package dev.varve.postgres;

import static dev.varve.postgres.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StorageSettingsTest {

  @Test
  void without_any_setting_the_data_is_embedded_in_the_working_directory() {
    StorageSettings settings = StorageSettings.from(Map.of());

    assertThat(settings.mode()).isEqualTo(StorageMode.EMBEDDED);
    assertThat(settings.dataDirectory()).isEqualTo(Path.of(".varve"));
    assertThat(settings.embeddedPort()).isZero();
    assertThat(settings.database()).isEmpty();
  }

  @Test
  void a_database_url_alone_selects_that_server() {
    StorageSettings settings = StorageSettings.from(Map.of("DATABASE_URL", "postgresql://me@db/s"));

    assertThat(settings.mode()).isEqualTo(StorageMode.POSTGRES);
    assertThat(settings.database()).isPresent();
  }

  @Test
  void the_switch_wins_over_a_database_url() {
    StorageSettings settings =
        StorageSettings.from(
            Map.of("VARVE_STORAGE", "Ephemeral", "DATABASE_URL", "postgresql://me@db/s"));

    assertThat(settings.mode()).isEqualTo(StorageMode.EPHEMERAL);
    assertThat(settings.database()).isEmpty();
  }

  @Test
  void blank_values_count_as_absent() {
    StorageSettings settings =
        StorageSettings.from(
            Map.of("VARVE_STORAGE", " ", "DATABASE_URL", "", "VARVE_DATA_DIR", ""));

    assertThat(settings.mode()).isEqualTo(StorageMode.EMBEDDED);
    assertThat(settings.dataDirectory()).isEqualTo(Path.of(".varve"));
  }

  @Test
  void directories_and_port_come_from_their_variables() {
    StorageSettings settings =
        StorageSettings.from(
            Map.of("VARVE_DATA_DIR", "d", "VARVE_CACHE_DIR", "c", "VARVE_EMBEDDED_PORT", "6000"));

    assertThat(settings.dataDirectory()).isEqualTo(Path.of("d"));
    assertThat(settings.cache()).isEqualTo(Path.of("c"));
    assertThat(settings.embeddedPort()).isEqualTo(6000);
  }

  @Test
  void wrong_settings_are_named() {
    refused(
        "storage.setting-invalid",
        "embedded, ephemeral or postgres",
        () -> StorageSettings.from(Map.of("VARVE_STORAGE", "mysql")));
    refused(
        "storage.setting-invalid",
        "VARVE_EMBEDDED_PORT",
        () -> StorageSettings.from(Map.of("VARVE_EMBEDDED_PORT", "http")));
    refused(
        "storage.database-url-missing",
        "DATABASE_URL",
        () -> StorageSettings.from(Map.of("VARVE_STORAGE", "postgres")));
  }
}
