package dev.varve.api.definition;

import tools.jackson.databind.JsonNode;

/** Facts about a definition. */
public sealed interface DefinitionEvent {
  /**
   * A version was published and will never change.
   *
   * @param name the definition's name
   * @param version numbered from 1
   * @param hash SHA-256 in hex of the canonical document
   * @param document the canonical document
   * @param source the document as posted
   * @param format {@code json} or {@code yaml}
   */
  record DefinitionVersionPublished(
      String name, int version, String hash, JsonNode document, String source, String format)
      implements DefinitionEvent {}
}
