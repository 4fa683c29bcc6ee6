package dev.varve.command.format;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The notation of a definition document. */
public enum Format {
  /** RFC 8259. */
  JSON,
  /** The part of YAML 1.2 that is JSON in other clothes. */
  YAML;

  /** Returns the word that commands and events carry. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns JSON for a JSON media type, else YAML, which reads JSON too. */
  public static Format ofMediaType(@Nullable String mediaType) {
    return mediaType != null && mediaType.toLowerCase(Locale.ROOT).contains("json") ? JSON : YAML;
  }
}
