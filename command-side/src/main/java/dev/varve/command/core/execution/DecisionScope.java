package dev.varve.command.core.execution;

import dev.varve.api.common.ExecutionId;
import dev.varve.api.execution.NodeStatus;
import dev.varve.command.core.definition.CompiledDefinition;
import dev.varve.command.core.definition.CompiledNode;
import dev.varve.command.core.expression.Scope;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What expressions see during one decision: the state, and the output that is about to be recorded.
 */
final class DecisionScope implements Scope {
  private final ExecutionId executionId;
  private final CompiledDefinition definition;
  private ExecutionState state;
  private @Nullable CompiledNode current;
  private @Nullable JsonNode currentOutput;
  private @Nullable JsonNode execution;

  DecisionScope(ExecutionId executionId, ExecutionState state) {
    this.executionId = executionId;
    this.definition = state.definition();
    this.state = state;
  }

  /** Moves on to {@code newState}. */
  DecisionScope at(ExecutionState newState) {
    state = newState;
    current = null;
    currentOutput = null;
    return this;
  }

  /**
   * Moves on to {@code newState} in which {@code node} is about to complete with {@code output}.
   */
  DecisionScope at(ExecutionState newState, CompiledNode node, JsonNode output) {
    state = newState;
    current = node;
    currentOutput = output;
    return this;
  }

  @Override
  public JsonNode input() {
    return state.input();
  }

  @Override
  public JsonNode vars() {
    return state.variables();
  }

  @Override
  public @Nullable JsonNode output(String nodeId) {
    CompiledNode node = definition.find(nodeId);
    if (node == null) {
      return null;
    }
    if (node == current) {
      return currentOutput;
    }
    NodeState known = state.node(node.index());
    return known.status() == NodeStatus.COMPLETED ? known.output() : null;
  }

  @Override
  public JsonNode execution() {
    JsonNode known = execution;
    if (known == null) {
      ObjectNode made = JsonNodeFactory.instance.objectNode();
      made.put("id", executionId.toString());
      made.put("definition", definition.name());
      made.put("version", definition.version());
      String businessKey = state.businessKey();
      if (businessKey == null) {
        made.putNull("businessKey");
      } else {
        made.put("businessKey", businessKey);
      }
      known = made;
      execution = made;
    }
    return known;
  }
}
