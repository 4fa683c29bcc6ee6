package dev.varve.command.core.definition;

import org.jspecify.annotations.Nullable;

/**
 * What publishing needs to know of a definition.
 *
 * @param name the definition's name; null before the first version
 * @param latestVersion number of the latest version, 0 before the first
 * @param latestHash hash of the latest version's canonical document; null before the first
 */
public record DefinitionState(
    @Nullable String name, int latestVersion, @Nullable String latestHash) {
  /** Nothing published. */
  public static final DefinitionState NONE = new DefinitionState(null, 0, null);
}
