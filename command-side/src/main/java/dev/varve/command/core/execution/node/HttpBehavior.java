package dev.varve.command.core.execution.node;

import dev.varve.api.definition.Node.HttpNode;
import dev.varve.command.core.definition.CompiledNode;
import java.time.Instant;
import tools.jackson.databind.JsonNode;

/** An HTTP node waits for an answer; its resolved {@code with} is the request. */
final class HttpBehavior implements NodeBehavior {
  @Override
  public Activation activate(CompiledNode node, JsonNode config, Instant now, String owner) {
    HttpNode http = (HttpNode) node.node();
    return Attempts.first(node, http.effort(), null, config, now, owner);
  }
}
