package dev.varve.command.expression;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the expressions of one definition may refer to.
 *
 * @param nodeIds ids of all nodes
 * @param variables names of all variables; null when they are not known
 */
public record Names(Set<String> nodeIds, @Nullable Set<String> variables) {
  /** Copies the sets. */
  public Names {
    nodeIds = Set.copyOf(nodeIds);
    variables = variables == null ? null : Set.copyOf(variables);
  }
}
