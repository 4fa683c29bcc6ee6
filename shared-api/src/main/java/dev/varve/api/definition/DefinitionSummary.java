package dev.varve.api.definition;

import java.time.Instant;

/**
 * One definition in a list, or one version in a definition.
 *
 * @param name the definition's name
 * @param version the version; in a list of definitions the latest
 * @param hash SHA-256 in hex of the canonical document
 * @param publishedAt database time of the publication
 */
public record DefinitionSummary(String name, int version, String hash, Instant publishedAt) {}
