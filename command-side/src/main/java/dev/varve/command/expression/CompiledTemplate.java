package dev.varve.command.expression;

import dev.varve.api.common.ErrorInfo;
import dev.varve.command.core.expression.Evaluation;
import dev.varve.command.core.expression.Scope;
import dev.varve.command.core.expression.Template;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A configuration value whose expressions are compiled; what is constant is never walked again. */
final class CompiledTemplate implements Template {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int SHOWN_CHARS_MAX = 200;

  private final Part part;

  CompiledTemplate(Part part) {
    this.part = part;
  }

  /** A value at one place of the configuration. */
  sealed interface Part {
    /**
     * Has no expression inside.
     *
     * @param value always the same node
     */
    record Constant(JsonNode value) implements Part {}

    /**
     * Is one expression and keeps its type.
     *
     * @param expression what gives the value
     * @param pointer where in the configuration
     */
    record Single(CelExpression expression, String pointer) implements Part {}

    /**
     * Is text with expressions inside.
     *
     * @param pieces {@code String} or {@link CelExpression}
     * @param pointer where in the configuration
     */
    record Mixed(List<Object> pieces, String pointer) implements Part {}

    /**
     * Is an object.
     *
     * @param names member names, in order
     * @param parts member values, in the same order
     */
    record Members(List<String> names, List<Part> parts) implements Part {}

    /**
     * Is an array.
     *
     * @param parts elements
     */
    record Items(List<Part> parts) implements Part {}
  }

  @Override
  public Evaluation evaluate(Scope scope) {
    Budget budget = new Budget();
    return ScopedValue.where(Budget.CURRENT, budget)
        .call(() -> new Run(new Variables(scope), budget).evaluate(part));
  }

  /** One evaluation. */
  private static final class Run {
    private final Variables variables;
    private final Budget budget;
    private final Values.Result result = new Values.Result();
    private String pointer = "";
    private String source = "";

    Run(Variables variables, Budget budget) {
      this.variables = variables;
      this.budget = budget;
    }

    Evaluation evaluate(Part part) {
      try {
        return new Evaluation.Value(value(part, 1));
      } catch (CelExpression.Failed e) {
        return failure(e.code(), String.valueOf(e.getMessage()));
      } catch (Values.BudgetSpent e) {
        return failure(CelExpression.BUDGET, String.valueOf(e.getMessage()));
      }
    }

    private Evaluation failure(String code, String message) {
      String place = pointer.isEmpty() ? "" : " at " + pointer;
      ObjectNode details = JSON.objectNode().put("pointer", pointer).put("expression", source);
      return new Evaluation.Failure(
          new ErrorInfo(
              code,
              "Expression \"" + Text.shown(source, SHOWN_CHARS_MAX) + "\"" + place + ": " + message,
              details,
              null));
    }

    private JsonNode value(Part part, int depth) throws CelExpression.Failed {
      return switch (part) {
        case Part.Constant constant -> {
          result.measure(constant.value(), depth);
          yield constant.value();
        }
        case Part.Single single -> one(single.expression(), single.pointer(), depth);
        case Part.Mixed mixed -> mixed(mixed, depth);
        case Part.Members members -> {
          ObjectNode node = JSON.objectNode();
          for (int i = 0; i < members.names().size(); i++) {
            node.set(members.names().get(i), value(members.parts().get(i), depth + 1));
          }
          yield node;
        }
        case Part.Items items -> {
          ArrayNode node = JSON.arrayNode(items.parts().size());
          for (Part each : items.parts()) {
            node.add(value(each, depth + 1));
          }
          yield node;
        }
      };
    }

    private JsonNode one(CelExpression expression, String at, int depth)
        throws CelExpression.Failed {
      pointer = at;
      source = expression.source();
      Object value = expression.evaluate(variables, budget);
      try {
        return result.json(value, depth);
      } catch (dev.cel.common.exceptions.CelRuntimeException e) {
        throw new CelExpression.Failed(CelExpression.ERROR, String.valueOf(e.getMessage()));
      }
    }

    private JsonNode mixed(Part.Mixed mixed, int depth) throws CelExpression.Failed {
      StringBuilder text = new StringBuilder();
      for (Object piece : mixed.pieces()) {
        if (piece instanceof CelExpression expression) {
          text.append(Text.of(one(expression, mixed.pointer(), depth)));
        } else {
          text.append(piece);
        }
        if (text.length() > dev.varve.api.common.Limits.PAYLOAD_BYTES_MAX) {
          throw new Values.BudgetSpent("its text is longer than the limit");
        }
      }
      result.count(text.length() + 3L);
      return JSON.stringNode(text.toString());
    }
  }
}
