package dev.varve.command.format;

import dev.varve.api.definition.Definition;
import tools.jackson.databind.JsonNode;

/**
 * A document without faults.
 *
 * @param definition what it defines
 * @param document its canonical JSON
 * @param hash SHA-256 in hex of the canonical JSON
 * @param source as posted
 * @param format the notation it was posted in
 */
public record ParsedDefinition(
    Definition definition, JsonNode document, String hash, String source, Format format) {}
