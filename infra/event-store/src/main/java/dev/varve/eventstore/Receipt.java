package dev.varve.eventstore;

import dev.varve.api.log.Committed;

/**
 * The remembered first answer to a client's command id.
 *
 * @param bodyHash digest of what the id was given for
 * @param committed the first answer, marked as replayed
 */
public record Receipt(String bodyHash, Committed committed) {}
