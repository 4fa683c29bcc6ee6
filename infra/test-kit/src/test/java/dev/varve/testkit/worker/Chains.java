package dev.varve.testkit.worker;

import dev.varve.api.definition.Definition;
import dev.varve.api.definition.DefinitionCommand.PublishDefinitionVersion;
import dev.varve.api.definition.DefinitionEvent.DefinitionVersionPublished;
import dev.varve.api.definition.Edge;
import dev.varve.api.definition.Effort;
import dev.varve.api.definition.Join;
import dev.varve.api.definition.Node;
import dev.varve.api.definition.RetryPolicy;
import dev.varve.command.core.definition.CompiledDefinition;
import dev.varve.command.core.definition.InputCheck;
import dev.varve.command.core.expression.Evaluation;
import dev.varve.command.core.expression.ExpressionCompiler;
import dev.varve.command.core.expression.Template;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Definitions of tasks in a row, with a delay behind them if asked for. */
final class Chains {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private static final ExpressionCompiler CONSTANTS =
      new ExpressionCompiler() {
        @Override
        public Template template(JsonNode config, Set<String> nodeIds) {
          return _ -> new Evaluation.Value(config);
        }

        @Override
        public Template condition(String expression, Set<String> nodeIds) {
          throw new IllegalArgumentException("Expected no conditions");
        }
      };

  private Chains() {}

  /**
   * A chain of tasks.
   *
   * @param timeoutMillis time-out of each attempt; 0 for none
   * @param delayMillis length of the delay at the end; 0 for none
   */
  static PublishDefinitionVersion chain(
      String name, int tasks, int timeoutMillis, int delayMillis) {
    var document =
        JSON.objectNode()
            .put("tasks", tasks)
            .put("timeout", timeoutMillis)
            .put("delay", delayMillis);
    return new PublishDefinitionVersion(name, document, document.toString(), "{}", "json");
  }

  static CompiledDefinition compile(DefinitionVersionPublished event) {
    JsonNode document = event.document();
    int timeout = document.get("timeout").asInt();
    Effort effort =
        timeout == 0
            ? Effort.DEFAULT
            : new Effort(Duration.ofMillis(timeout), null, RetryPolicy.NONE);
    var nodes = new ArrayList<Node>();
    for (int i = 0; i < document.get("tasks").asInt(); i++) {
      nodes.add(new Node.TaskNode("t" + i, null, JSON.objectNode(), Join.ALL, effort, "work"));
    }
    if (document.get("delay").asInt() > 0) {
      JsonNode with =
          JSON.objectNode()
              .put("duration", Duration.ofMillis(document.get("delay").asInt()).toString());
      nodes.add(new Node.DelayNode("pause", null, with, Join.ALL));
    }
    var edges = new ArrayList<Edge>();
    for (int i = 1; i < nodes.size(); i++) {
      edges.add(new Edge(nodes.get(i - 1).id(), nodes.get(i).id(), null, false));
    }
    var definition =
        new Definition(
            event.name(),
            null,
            null,
            JSON.objectNode(),
            null,
            nodes,
            List.copyOf(edges),
            null,
            Map.of());
    return CompiledDefinition.compile(
        definition, event.version(), event.hash(), CONSTANTS, _ -> InputCheck.ANYTHING);
  }
}
