package dev.varve.command.format;

import dev.varve.api.definition.Definition;
import dev.varve.api.definition.Edge;
import dev.varve.api.definition.Node;
import dev.varve.command.expression.CelExpressions;
import dev.varve.command.expression.CelExpressions.Report;
import dev.varve.command.expression.ExpressionFault;
import dev.varve.command.expression.Names;
import dev.varve.command.expression.NodeUse;
import dev.varve.command.expression.Source;
import dev.varve.command.expression.Source.Piece;
import dev.varve.web.json.Places;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Checks every expression of a document: that it compiles, and that what it reads can be there. */
final class ExpressionRules {
  /** Most expressions of one definition. */
  static final int EXPRESSIONS_MAX = 20_000;

  private final Draft draft;
  private final Definition definition;
  private final CelExpressions expressions;
  private final Faults faults;
  private final Names names;
  private final @Nullable Ancestors ancestors;
  private final Map<String, Report> reports = new HashMap<>();
  private int count;

  private ExpressionRules(Draft draft, CelExpressions expressions, Faults faults) {
    this.draft = draft;
    this.definition = draft.definition();
    this.expressions = expressions;
    this.faults = faults;
    Set<String> ids = new HashSet<>();
    definition.nodes().forEach(node -> ids.add(node.id()));
    this.names = new Names(ids, new HashSet<>(definition.variables().propertyNames()));
    this.ancestors = Ancestors.of(definition);
  }

  static void check(Draft draft, CelExpressions expressions, Faults faults) {
    new ExpressionRules(draft, expressions, faults).check();
  }

  private void check() {
    List<Node> nodes = definition.nodes();
    for (int i = 0; i < nodes.size() && !faults.full(); i++) {
      String id = nodes.get(i).id();
      template(
          nodes.get(i).with(), "/nodes/" + i + "/with", new Reader(id, use -> isBefore(use, id)));
    }
    List<Edge> edges = definition.edges();
    for (int i = 0; i < edges.size() && !faults.full(); i++) {
      condition(edges.get(i), "/edges/" + draft.edgeIndexes().get(i) + "/when");
    }
    JsonNode output = definition.output();
    if (output != null) {
      template(output, "/output", new Reader("the end", _ -> true));
    }
  }

  private boolean isBefore(String earlier, String later) {
    return ancestors == null || ancestors.isBefore(earlier, later);
  }

  /**
   * Who reads.
   *
   * @param name of the node that reads
   * @param available which nodes can have completed by then
   */
  private record Reader(String name, Predicate<String> available) {}

  private void condition(Edge edge, String pointer) {
    String when = edge.when();
    if (when == null) {
      return;
    }
    String from = edge.from();
    Reader reader =
        new Reader("the edge from " + from, use -> use.equals(from) || isBefore(use, from));
    report(expressions.checkCondition(when, names), pointer, when, 0, reader);
  }

  private void template(JsonNode value, String pointer, Reader reader) {
    if (faults.full() || count > EXPRESSIONS_MAX) {
      return;
    }
    switch (value) {
      case ObjectNode object ->
          object.forEachEntry((name, member) -> {
            String at = pointer + "/" + Places.escaped(name);
            if (Source.isTemplate(name)) {
              faults.addName(
                  DefinitionProblem.EXPRESSION_FORBIDDEN,
                  at,
                  "Expected a plain name: there are no expressions in members' names");
            }
            template(member, at, reader);
          });
      case ArrayNode array -> {
        for (int i = 0; i < array.size(); i++) {
          template(array.get(i), pointer + "/" + i, reader);
        }
      }
      default -> {
        if (value.isString() && Source.isTemplate(value.stringValue())) {
          text(value.stringValue(), pointer, reader);
        }
      }
    }
  }

  private void text(String text, String pointer, Reader reader) {
    try {
      for (Piece piece : Source.pieces(text)) {
        if (piece instanceof Piece.Expression expression) {
          if (++count > EXPRESSIONS_MAX) {
            faults.add(
                DefinitionProblem.LIMIT,
                "/nodes",
                "Expected at most " + EXPRESSIONS_MAX + " expressions");
            return;
          }
          Report report =
              reports.computeIfAbsent(
                  expression.source(), source -> expressions.check(source, names));
          report(report, pointer, text, expression.offset(), reader);
        }
      }
    } catch (Source.Unclosed e) {
      faults.addInside(
          DefinitionProblem.EXPRESSION_SYNTAX,
          pointer,
          "Expected '}' to close the expression, or $${ for a literal ${",
          text,
          e.offset());
    }
  }

  private void report(Report report, String pointer, String text, int offset, Reader reader) {
    for (ExpressionFault fault : report.faults()) {
      faults.addInside(
          problem(fault.kind()), pointer, fault.detail(), text, offset + fault.offset());
    }
    for (NodeUse use : report.uses()) {
      if (!reader.available.test(use.nodeId())) {
        faults.addInside(
            DefinitionProblem.EXPRESSION_UNAVAILABLE,
            pointer,
            "Expected a node that completes before, but no path leads from '"
                + use.nodeId()
                + "' to "
                + (reader.name.startsWith("the ")
                    ? reader.name
                    : "'" + Fields.echo(reader.name) + "'"),
            text,
            offset + use.offset());
      }
    }
  }

  private static DefinitionProblem problem(ExpressionFault.Kind kind) {
    return switch (kind) {
      case SYNTAX -> DefinitionProblem.EXPRESSION_SYNTAX;
      case UNKNOWN_NAME -> DefinitionProblem.EXPRESSION_UNKNOWN_NAME;
      case TYPE -> DefinitionProblem.EXPRESSION_TYPE;
      case TOO_COMPLEX -> DefinitionProblem.EXPRESSION_TOO_COMPLEX;
      case FORBIDDEN -> DefinitionProblem.EXPRESSION_FORBIDDEN;
    };
  }
}
