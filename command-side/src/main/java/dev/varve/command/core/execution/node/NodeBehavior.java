package dev.varve.command.core.execution.node;

import dev.varve.command.core.definition.CompiledNode;
import java.time.Instant;
import tools.jackson.databind.JsonNode;

/** What a node of one type does when it is activated. Pure. */
@FunctionalInterface
public interface NodeBehavior {
  /**
   * Activates a node instance.
   *
   * @param node the node
   * @param config its {@code with}, every expression resolved
   * @param now the database's time
   * @param owner the incarnation that new attempts belong to
   */
  Activation activate(CompiledNode node, JsonNode config, Instant now, String owner);
}
