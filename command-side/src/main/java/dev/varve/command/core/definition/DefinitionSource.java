package dev.varve.command.core.definition;

import org.jspecify.annotations.Nullable;

/** Looks up compiled definitions; the shell implements it over the definitions' own streams. */
@FunctionalInterface
public interface DefinitionSource {
  /**
   * Finds a version.
   *
   * @param name the definition's name
   * @param version the version; null for the latest
   * @return null when there is none
   */
  @Nullable CompiledDefinition find(String name, @Nullable Integer version);
}
