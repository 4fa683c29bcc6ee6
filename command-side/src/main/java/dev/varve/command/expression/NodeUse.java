package dev.varve.command.expression;

/**
 * A place where an expression reads the output of a node.
 *
 * @param nodeId whose output
 * @param offset where, in characters from the start of the expression
 */
public record NodeUse(String nodeId, int offset) {}
