package dev.varve.api.definition;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Commands to a definition's stream. */
public sealed interface DefinitionCommand {
  /** Returns the definition's name. */
  String name();

  /**
   * Publishes a version. Content whose canonical JSON equals the latest version's gives that
   * version again, without an event.
   *
   * @param name the definition's name
   * @param document the canonical document
   * @param hash SHA-256 in hex of the canonical document
   * @param source the document as posted
   * @param format {@code json} or {@code yaml}
   * @param expectedVersion number that the latest version must have, 0 when there must be none,
   *     else it is refused with {@code version.conflict}; null for any
   */
  record PublishDefinitionVersion(
      String name,
      JsonNode document,
      String hash,
      String source,
      String format,
      @Nullable Long expectedVersion)
      implements DefinitionCommand {
    /** Makes one that does not care for the version. */
    public PublishDefinitionVersion(
        String name, JsonNode document, String hash, String source, String format) {
      this(name, document, hash, source, format, null);
    }
  }
}
