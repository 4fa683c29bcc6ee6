package dev.varve.command.core.execution.node;

import dev.varve.api.definition.Node.TaskNode;
import dev.varve.command.core.definition.CompiledNode;
import java.time.Instant;
import tools.jackson.databind.JsonNode;

/** A task waits for a handler; its resolved {@code with} is the handler's input. */
final class TaskBehavior implements NodeBehavior {
  @Override
  public Activation activate(CompiledNode node, JsonNode config, Instant now, String owner) {
    TaskNode task = (TaskNode) node.node();
    return Attempts.first(node, task.effort(), task.handler(), config, now, owner);
  }
}
