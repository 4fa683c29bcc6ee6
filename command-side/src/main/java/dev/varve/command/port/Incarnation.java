package dev.varve.command.port;

/**
 * This very process, from its start to its end. Fences and owners name it, never a node or worker
 * name, since those come again.
 *
 * @param id unique text, fresh at each start
 * @param node the node's configured name, for people
 */
public record Incarnation(String id, String node) {}
