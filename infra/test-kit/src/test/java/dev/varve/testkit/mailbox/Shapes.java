package dev.varve.testkit.mailbox;

import dev.varve.api.definition.Definition;
import dev.varve.api.definition.DefinitionCommand.PublishDefinitionVersion;
import dev.varve.api.definition.DefinitionEvent.DefinitionVersionPublished;
import dev.varve.api.definition.Edge;
import dev.varve.api.definition.Effort;
import dev.varve.api.definition.Join;
import dev.varve.api.definition.Node;
import dev.varve.command.core.definition.CompiledDefinition;
import dev.varve.command.core.definition.InputCheck;
import dev.varve.command.core.expression.Evaluation;
import dev.varve.command.core.expression.ExpressionCompiler;
import dev.varve.command.core.expression.Template;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Definitions by shape: the document says how many tasks there are and whether one follows the
 * other.
 */
final class Shapes {
  private static final JsonNode EMPTY = JsonNodeFactory.instance.objectNode();

  private static final ExpressionCompiler CONSTANTS =
      new ExpressionCompiler() {
        @Override
        public Template template(JsonNode config, Set<String> nodeIds) {
          return scope -> new Evaluation.Value(config);
        }

        @Override
        public Template condition(String expression, Set<String> nodeIds) {
          throw new IllegalArgumentException("Expected no conditions");
        }
      };

  private Shapes() {}

  /** A chain: each task follows the one before; they are numbered from 0. */
  static PublishDefinitionVersion sequence(String name, int tasks) {
    return publish(name, "sequence", tasks);
  }

  /** No edges: every task starts at once; they are numbered from 0. */
  static PublishDefinitionVersion parallel(String name, int tasks) {
    return publish(name, "parallel", tasks);
  }

  private static PublishDefinitionVersion publish(String name, String shape, int tasks) {
    var document = JsonNodeFactory.instance.objectNode().put("shape", shape).put("tasks", tasks);
    return new PublishDefinitionVersion(name, document, shape + tasks, "{}", "json");
  }

  static CompiledDefinition compile(DefinitionVersionPublished event) {
    int tasks = event.document().get("tasks").asInt();
    boolean sequence = event.document().get("shape").asString().equals("sequence");
    var nodes = new ArrayList<Node>();
    var edges = new ArrayList<Edge>();
    for (int i = 0; i < tasks; i++) {
      nodes.add(new Node.TaskNode("task" + i, null, EMPTY, Join.ALL, Effort.DEFAULT, "echo"));
      if (sequence && i > 0) {
        edges.add(new Edge("task" + (i - 1), "task" + i, null, false));
      }
    }
    var definition =
        new Definition(
            event.name(), null, null, EMPTY, null, nodes, List.copyOf(edges), null, Map.of());
    return CompiledDefinition.compile(
        definition, event.version(), event.hash(), CONSTANTS, schema -> InputCheck.ANYTHING);
  }
}
