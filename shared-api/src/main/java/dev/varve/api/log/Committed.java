package dev.varve.api.log;

import tools.jackson.databind.JsonNode;

/**
 * The durable result of one accepted command.
 *
 * @param position the position of its last event; for a command without events the tail at its
 *     commit
 * @param answer the answer, the one remembered by the receipt when {@code replayed}
 * @param replayed true when this id had been committed before, and this is that first answer again
 */
public record Committed(LogPosition position, JsonNode answer, boolean replayed) {}
