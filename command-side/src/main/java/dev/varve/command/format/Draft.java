package dev.varve.command.format;

import dev.varve.api.definition.Definition;
import java.util.List;

/**
 * A document as far as it could be read. Elements of {@code nodes} that could not be read stand in
 * as empty ones, elements of {@code edges} are left out.
 *
 * @param definition what could be read
 * @param edgeIndexes for each edge its place in the document
 */
record Draft(Definition definition, List<Integer> edgeIndexes) {
  /** Copies the list. */
  Draft {
    edgeIndexes = List.copyOf(edgeIndexes);
  }
}
