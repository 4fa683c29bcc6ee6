package dev.varve.api.definition;

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
   */
  record PublishDefinitionVersion(
      String name, JsonNode document, String hash, String source, String format)
      implements DefinitionCommand {}
}
