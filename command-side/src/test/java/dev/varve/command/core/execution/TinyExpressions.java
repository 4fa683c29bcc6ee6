package dev.varve.command.core.execution;

import dev.varve.api.common.ErrorInfo;
import dev.varve.command.core.expression.Evaluation;
import dev.varve.command.core.expression.ExpressionCompiler;
import dev.varve.command.core.expression.Scope;
import dev.varve.command.core.expression.Template;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * An expression language just large enough for specs of the core: JSON literals, paths such as
 * {@code nodes.a.output.n}, and one of {@code ==}, {@code <} between two of them. What is absent is
 * an error.
 */
final class TinyExpressions implements ExpressionCompiler {
  private static final JsonMapper JSON = JsonMapper.shared();

  /** Says that an expression has no value. */
  private static final class NoValue extends RuntimeException {
    NoValue(String message) {
      super(message);
    }
  }

  @Override
  public Template template(JsonNode config, Set<String> nodeIds) {
    return scope -> evaluate(() -> resolve(config, scope));
  }

  @Override
  public Template condition(String expression, Set<String> nodeIds) {
    return scope -> evaluate(() -> value(expression, scope));
  }

  private static Evaluation evaluate(Supplier<JsonNode> body) {
    try {
      return new Evaluation.Value(body.get());
    } catch (NoValue e) {
      return new Evaluation.Failure(
          ErrorInfo.of("expression.error", String.valueOf(e.getMessage())));
    }
  }

  private static JsonNode resolve(JsonNode config, Scope scope) {
    if (config.isObject()) {
      ObjectNode copy = JsonNodeFactory.instance.objectNode();
      config.properties().forEach(e -> copy.set(e.getKey(), resolve(e.getValue(), scope)));
      return copy;
    }
    if (config.isArray()) {
      ArrayNode copy = JsonNodeFactory.instance.arrayNode();
      config.forEach(item -> copy.add(resolve(item, scope)));
      return copy;
    }
    if (!config.isString() || !config.asString().startsWith("${")) {
      return config;
    }
    return value(config.asString().substring(2, config.asString().length() - 1), scope);
  }

  private static JsonNode value(String expression, Scope scope) {
    int equal = expression.indexOf(" == ");
    if (equal >= 0) {
      return BooleanNode.valueOf(
          value(expression.substring(0, equal), scope)
              .equals(value(expression.substring(equal + 4), scope)));
    }
    int less = expression.indexOf(" < ");
    if (less >= 0) {
      return BooleanNode.valueOf(
          value(expression.substring(0, less), scope).asInt()
              < value(expression.substring(less + 3), scope).asInt());
    }
    return Character.isLetter(expression.charAt(0)) && !literal(expression)
        ? path(expression.split("\\."), scope)
        : expression.startsWith("'")
            ? StringNode.valueOf(expression.substring(1, expression.length() - 1))
            : JSON.readTree(expression);
  }

  private static boolean literal(String expression) {
    return expression.equals("true") || expression.equals("false") || expression.equals("null");
  }

  private static JsonNode path(String[] names, Scope scope) {
    int next = 1;
    @Nullable JsonNode value =
        switch (names[0]) {
          case "input" -> scope.input();
          case "vars" -> scope.vars();
          case "execution" -> scope.execution();
          case "nodes" -> scope.output(names[1]);
          default -> throw new NoValue("unknown name " + names[0]);
        };
    if (names[0].equals("nodes")) {
      next = 3;
    }
    for (; value != null && next < names.length; next++) {
      value = value.get(names[next]);
    }
    if (value == null) {
      throw new NoValue("no value at " + String.join(".", names));
    }
    return value;
  }
}
