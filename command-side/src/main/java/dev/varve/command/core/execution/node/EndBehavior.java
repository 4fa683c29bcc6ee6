package dev.varve.command.core.execution.node;

import dev.varve.command.core.definition.CompiledNode;
import java.time.Instant;
import tools.jackson.databind.JsonNode;

/** An end is done at once and has no leaving edges, so its branch ends; other branches go on. */
final class EndBehavior implements NodeBehavior {
  @Override
  public Activation activate(CompiledNode node, JsonNode config, Instant now, String owner) {
    return new Activation.Completed(config);
  }
}
