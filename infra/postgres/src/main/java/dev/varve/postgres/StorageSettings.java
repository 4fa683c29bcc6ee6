package dev.varve.postgres;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What {@link Storage#open} needs to know.
 *
 * @param mode where the data lives
 * @param dataDirectory {@code VARVE_DATA_DIR}, {@code .varve} by default; the embedded server uses
 *     {@code postgres} in it
 * @param embeddedPort {@code VARVE_EMBEDDED_PORT}: port of our own server, 0 (default) for any
 * @param cache {@code VARVE_CACHE_DIR}: where server programs are unpacked
 * @param database the other server; present in mode {@code POSTGRES} only
 */
public record StorageSettings(
    StorageMode mode,
    Path dataDirectory,
    int embeddedPort,
    Path cache,
    Optional<DatabaseAddress> database) {

  /** Checks that the database is given exactly when it is used. */
  public StorageSettings {
    if (database.isPresent() != (mode == StorageMode.POSTGRES)) {
      throw new IllegalArgumentException("Expected a database in mode POSTGRES, and only there");
    }
  }

  /**
   * Reads environment variables. Without {@code VARVE_STORAGE} a given {@code DATABASE_URL} or
   * {@code VARVE_DATABASE_HOST} selects {@code postgres}, and {@code embedded} holds otherwise.
   *
   * @param environment variables by name; blank values count as absent
   * @return the settings
   * @throws StartupException {@code storage.setting-invalid} or {@code storage.database-missing},
   *     naming the variable
   */
  public static StorageSettings from(Map<String, String> environment) {
    Variables variables = new Variables(environment);
    StorageMode mode =
        variables
            .text("VARVE_STORAGE")
            .map(StorageMode::parse)
            .orElseGet(() ->
                DatabaseAddress.isGiven(environment) ? StorageMode.POSTGRES : StorageMode.EMBEDDED);
    return new StorageSettings(
        mode,
        Path.of(variables.text("VARVE_DATA_DIR").orElse(".varve")),
        variables.number("VARVE_EMBEDDED_PORT", 0, 65_535).orElse(0),
        variables
            .text("VARVE_CACHE_DIR")
            .map(Path::of)
            .orElseGet(EmbeddedPostgres.Options::defaultCache),
        mode == StorageMode.POSTGRES
            ? Optional.of(DatabaseAddress.from(environment))
            : Optional.empty());
  }
}
