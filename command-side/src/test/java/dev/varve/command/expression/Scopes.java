package dev.varve.command.expression;

import dev.varve.command.core.expression.Scope;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Makes scopes from JSON text. */
final class Scopes {
  static final JsonMapper JSON = JsonMapper.builder().build();

  private Scopes() {}

  /** Returns a scope with an input and the outputs of some nodes. */
  static Scope of(String input, Map<String, String> outputs) {
    JsonNode data = JSON.readTree(input);
    return new Scope() {
      @Override
      public JsonNode input() {
        return data;
      }

      @Override
      public JsonNode vars() {
        return JSON.readTree("{\"shop\": \"http://127.0.0.1:9090\"}");
      }

      @Override
      public @Nullable JsonNode output(String nodeId) {
        String output = outputs.get(nodeId);
        return output == null ? null : JSON.readTree(output);
      }

      @Override
      public JsonNode execution() {
        return JSON.readTree(
            "{\"id\": \"e1\", \"definition\": \"order\", \"version\": 3, \"businessKey\": null}");
      }
    };
  }
}
