package dev.varve.api.definition;

import dev.varve.api.common.TenantId;
import org.jspecify.annotations.Nullable;

/** Questions about definitions. Answers show nothing of other tenants. */
public sealed interface DefinitionQuery {
  /** Returns whose definitions are asked for. */
  TenantId tenant();

  /**
   * Definitions by name; answered by a page of {@link DefinitionSummary}.
   *
   * @param after the last name of the page before; null for the first page
   * @param limit most items, 1 to {@code Limits.PAGE_ITEMS_MAX}
   */
  record FindDefinitions(TenantId tenant, @Nullable String after, int limit)
      implements DefinitionQuery {}

  /** One definition with all its versions; answered by {@link DefinitionView}. */
  record GetDefinition(TenantId tenant, String name) implements DefinitionQuery {}

  /** One version with its graph; answered by {@link DefinitionVersionView}. */
  record GetDefinitionVersion(TenantId tenant, String name, int version)
      implements DefinitionQuery {}
}
