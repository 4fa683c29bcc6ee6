package dev.varve.command.expression;

import dev.varve.api.common.ErrorInfo;
import dev.varve.command.core.expression.Evaluation;
import dev.varve.command.core.expression.ExpressionCompiler;
import dev.varve.command.core.expression.Template;
import dev.varve.command.expression.CompiledTemplate.Part;
import dev.varve.command.expression.Source.Piece;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Expressions in CEL. Make one per process: it holds the compiler and a bounded cache of programs.
 * Thread safe.
 */
public final class CelExpressions implements ExpressionCompiler {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final CelEngine engine = new CelEngine();

  @Override
  public Template template(JsonNode config, Set<String> nodeIds) {
    Part part = part(config, "", new Names(nodeIds, null));
    if (part instanceof Part.Constant constant) {
      Evaluation value = new Evaluation.Value(constant.value());
      return _ -> value;
    }
    return new CompiledTemplate(part);
  }

  @Override
  public Template condition(String expression, Set<String> nodeIds) {
    CelExpression compiled = engine.compile(expression, new Names(nodeIds, null));
    Template template = new CompiledTemplate(new Part.Single(compiled, ""));
    return scope -> {
      Evaluation evaluation = template.evaluate(scope);
      if (evaluation instanceof Evaluation.Value(JsonNode value) && !value.isBoolean()) {
        return new Evaluation.Failure(
            ErrorInfo.of(
                CelExpression.ERROR,
                "Condition \""
                    + Text.shown(expression, 200)
                    + "\": expected true or false, but the value is "
                    + kind(value)));
      }
      return evaluation;
    };
  }

  private static String kind(JsonNode value) {
    return switch (value.getNodeType()) {
      case OBJECT -> "an object";
      case ARRAY -> "a list";
      case STRING -> "text";
      case NUMBER -> "a number";
      default -> "null";
    };
  }

  /** Checks an expression as publishing does. */
  public Report check(String expression, Names names) {
    CheckedExpression checked = engine.check(expression, names);
    return new Report(checked.faults(), checked.uses());
  }

  /** Checks a condition as publishing does: it must be a boolean as far as can be known. */
  public Report checkCondition(String expression, Names names) {
    CheckedExpression checked = engine.check(expression, names);
    List<ExpressionFault> faults = new ArrayList<>(checked.faults());
    if (!checked.mayBeBoolean()) {
      faults.add(
          new ExpressionFault(
              ExpressionFault.Kind.TYPE,
              "Expected a condition that is true or false, but its type is " + checked.resultType(),
              0));
    }
    return new Report(faults, checked.uses());
  }

  /**
   * What a check found.
   *
   * @param faults empty when the expression is sound
   * @param uses the outputs of nodes it reads
   */
  public record Report(List<ExpressionFault> faults, List<NodeUse> uses) {
    /** Copies the lists. */
    public Report {
      faults = List.copyOf(faults);
      uses = List.copyOf(uses);
    }
  }

  private Part part(JsonNode config, String pointer, Names names) {
    return switch (config.getNodeType()) {
      case OBJECT -> members((ObjectNode) config, pointer, names);
      case ARRAY -> items((ArrayNode) config, pointer, names);
      case STRING -> text(config, pointer, names);
      default -> new Part.Constant(config);
    };
  }

  @SuppressWarnings("ReferenceEquality") // asks whether anything was replaced
  private Part members(ObjectNode config, String pointer, Names names) {
    List<String> keys = List.copyOf(config.propertyNames());
    List<Part> parts = new ArrayList<>(keys.size());
    boolean same = true;
    for (String key : keys) {
      JsonNode member = config.get(key);
      Part part = part(member, pointer + "/" + escaped(key), names);
      parts.add(part);
      same &= part instanceof Part.Constant(JsonNode value) && value == member;
    }
    if (same) {
      return new Part.Constant(config);
    }
    @Nullable ObjectNode constant = JSON.objectNode();
    for (int i = 0; i < keys.size() && constant != null; i++) {
      constant =
          parts.get(i) instanceof Part.Constant(JsonNode value)
              ? constant.set(keys.get(i), value)
              : null;
    }
    return constant != null ? new Part.Constant(constant) : new Part.Members(keys, parts);
  }

  @SuppressWarnings("ReferenceEquality") // asks whether anything was replaced
  private Part items(ArrayNode config, String pointer, Names names) {
    List<Part> parts = new ArrayList<>(config.size());
    boolean same = true;
    boolean constant = true;
    for (int i = 0; i < config.size(); i++) {
      Part part = part(config.get(i), pointer + "/" + i, names);
      parts.add(part);
      boolean isConstant = part instanceof Part.Constant;
      constant &= isConstant;
      same &= part instanceof Part.Constant(JsonNode value) && value == config.get(i);
    }
    if (same) {
      return new Part.Constant(config);
    }
    if (constant) {
      ArrayNode node = JSON.arrayNode(parts.size());
      parts.forEach(each -> node.add(((Part.Constant) each).value()));
      return new Part.Constant(node);
    }
    return new Part.Items(List.copyOf(parts));
  }

  private Part text(JsonNode config, String pointer, Names names) {
    String text = config.stringValue();
    if (!Source.isTemplate(text)) {
      return new Part.Constant(config);
    }
    List<Object> compiled = new ArrayList<>();
    boolean constant = true;
    for (Piece piece : pieces(text)) {
      switch (piece) {
        case Piece.Literal literal -> compiled.add(literal.text());
        case Piece.Expression expression -> {
          compiled.add(engine.compile(expression.source(), names));
          constant = false;
        }
      }
    }
    if (constant) {
      return new Part.Constant(JSON.stringNode((String) compiled.getFirst()));
    }
    return compiled.size() == 1
        ? new Part.Single((CelExpression) compiled.getFirst(), pointer)
        : new Part.Mixed(List.copyOf(compiled), pointer);
  }

  private static List<Piece> pieces(String text) {
    try {
      return Source.pieces(text);
    } catch (Source.Unclosed e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static String escaped(String key) {
    return key.replace("~", "~0").replace("/", "~1");
  }
}
