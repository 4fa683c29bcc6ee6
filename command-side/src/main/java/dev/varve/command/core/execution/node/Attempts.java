package dev.varve.command.core.execution.node;

import dev.varve.api.definition.Effort;
import dev.varve.api.task.ScheduledTask;
import dev.varve.command.core.definition.CompiledNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Builds the first attempt of outside work. */
final class Attempts {
  private Attempts() {}

  static Activation first(
      CompiledNode node,
      Effort effort,
      @Nullable String handler,
      JsonNode input,
      Instant now,
      String owner) {
    ScheduledTask task =
        new ScheduledTask(
            node.id(),
            node.path(),
            node.node().type(),
            handler,
            1,
            input,
            now,
            Instants.after(now, effort.timeout()),
            owner);
    return new Activation.Scheduled(task, Instants.after(now, effort.deadline()));
  }
}
