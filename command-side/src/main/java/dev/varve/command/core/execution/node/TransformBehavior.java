package dev.varve.command.core.execution.node;

import dev.varve.command.core.definition.CompiledNode;
import java.time.Instant;
import tools.jackson.databind.JsonNode;

/** A transform is done at once; its resolved {@code with} is the output. */
final class TransformBehavior implements NodeBehavior {
  @Override
  public Activation activate(CompiledNode node, JsonNode config, Instant now, String owner) {
    return new Activation.Completed(config);
  }
}
