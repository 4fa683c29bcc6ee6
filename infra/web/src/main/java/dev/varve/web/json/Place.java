package dev.varve.web.json;

/**
 * A place in a text.
 *
 * @param line 1-based
 * @param column 1-based, in characters
 * @param offset 0-based, in characters from the start of the text
 */
public record Place(int line, int column, int offset) {}
