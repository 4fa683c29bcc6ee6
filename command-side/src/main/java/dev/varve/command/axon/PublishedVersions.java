package dev.varve.command.axon;

import dev.varve.api.common.TenantId;
import dev.varve.api.definition.DefinitionEvent.DefinitionVersionPublished;
import java.util.List;
import java.util.UUID;

/**
 * What a commit to a definition made known.
 *
 * @param tenant whose definition
 * @param stream the definition's stream
 * @param events the new versions, ascending; may be empty
 */
public record PublishedVersions(
    TenantId tenant, UUID stream, List<DefinitionVersionPublished> events) {}
