package dev.varve.server;

import tools.jackson.databind.JsonNode;

/**
 * How one part of the server is, for the health page.
 *
 * @param name the part
 * @param essential when true and not up, the server is not ready
 * @param up whether it works
 * @param details anything a person wants to see
 */
record HealthPart(String name, boolean essential, boolean up, JsonNode details) {}
