package dev.varve.testkit.decider;

import dev.varve.api.common.ErrorInfo;
import dev.varve.command.core.expression.Evaluation;
import dev.varve.command.core.expression.ExpressionCompiler;
import dev.varve.command.core.expression.Scope;
import dev.varve.command.core.expression.Template;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The expressions that {@link RandomDefinitions} writes: {@code true}, {@code false}, a dotted
 * path, and {@code path < number}. A path to nothing is an error. Configurations are one object
 * deep.
 */
public final class PathExpressions implements ExpressionCompiler {
  @Override
  public Template template(JsonNode config, Set<String> nodeIds) {
    boolean constant = true;
    for (Map.Entry<String, JsonNode> member : config.properties()) {
      constant &= !isExpression(member.getValue());
    }
    return constant ? scope -> new Evaluation.Value(config) : scope -> resolve(config, scope);
  }

  @Override
  public Template condition(String expression, Set<String> nodeIds) {
    return scope -> condition(expression, scope);
  }

  private static boolean isExpression(JsonNode value) {
    return value.isString() && value.asString().startsWith("${");
  }

  private static Evaluation resolve(JsonNode config, Scope scope) {
    ObjectNode resolved = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> member : config.properties()) {
      JsonNode value = member.getValue();
      if (isExpression(value)) {
        String path = value.asString().substring(2, value.asString().length() - 1);
        value = path(path, scope);
        if (value == null) {
          return fault(path);
        }
      }
      resolved.set(member.getKey(), value);
    }
    return new Evaluation.Value(resolved);
  }

  private static Evaluation condition(String expression, Scope scope) {
    int less = expression.indexOf(" < ");
    if (less < 0) {
      return new Evaluation.Value(BooleanNode.valueOf(expression.equals("true")));
    }
    JsonNode left = path(expression.substring(0, less), scope);
    return left == null
        ? fault(expression)
        : new Evaluation.Value(
            BooleanNode.valueOf(left.asInt() < Integer.parseInt(expression.substring(less + 3))));
  }

  private static Evaluation fault(String expression) {
    return new Evaluation.Failure(
        ErrorInfo.of("expression.error", "Expected a value of " + expression));
  }

  private static @Nullable JsonNode path(String path, Scope scope) {
    String[] names = path.split("\\.", -1);
    boolean node = names[0].equals("nodes");
    JsonNode value = node ? scope.output(names[1]) : scope.input();
    for (int i = node ? 3 : 1; value != null && i < names.length; i++) {
      value = value.get(names[i]);
    }
    return value;
  }
}
