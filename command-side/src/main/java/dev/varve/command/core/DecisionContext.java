package dev.varve.command.core;

import dev.varve.api.common.TenantId;
import dev.varve.command.core.definition.DefinitionSource;
import java.time.Instant;

/**
 * Everything a decision may know besides state and command.
 *
 * @param now the database's time, by measured offset
 * @param owner the process incarnation that decides; new attempts belong to it
 * @param tenant whose stream
 * @param definitions compiled definitions; a pure lookup in what the shell has loaded
 */
public record DecisionContext(
    Instant now, String owner, TenantId tenant, DefinitionSource definitions) {}
