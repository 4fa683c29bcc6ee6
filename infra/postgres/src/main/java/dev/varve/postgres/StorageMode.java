package dev.varve.postgres;

import java.util.Locale;

/** Where the data lives; one switch, {@code VARVE_STORAGE}. */
public enum StorageMode {
  /** A server of our own, data in a directory that survives everything but its deletion. */
  EMBEDDED,
  /** A server of our own in a temporary directory; all data is lost at the end. */
  EPHEMERAL,
  /** A server that somebody else runs. */
  POSTGRES;

  /**
   * Reads the setting.
   *
   * @param text {@code embedded}, {@code ephemeral} or {@code postgres}, in any case
   * @return the mode
   * @throws StartupException {@code storage.setting-invalid} for anything else
   */
  public static StorageMode parse(String text) {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "embedded" -> EMBEDDED;
      case "ephemeral" -> EPHEMERAL;
      case "postgres" -> POSTGRES;
      default ->
          throw new StartupException(
              "storage.setting-invalid",
              "VARVE_STORAGE is '" + text + "'.",
              "Set VARVE_STORAGE to embedded, ephemeral or postgres.");
    };
  }
}
