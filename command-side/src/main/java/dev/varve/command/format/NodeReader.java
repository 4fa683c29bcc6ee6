package dev.varve.command.format;

import dev.varve.api.definition.Join;
import dev.varve.api.definition.Node;
import dev.varve.command.expression.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads one element of {@code nodes}. */
final class NodeReader {
  /** The node types of this release. */
  static final List<String> TYPES = List.of("task", "http", "transform", "delay", "fail", "end");

  private static final List<String> COMMON =
      List.of("id", "type", "name", "with", "join", "timeout", "deadline", "retry");
  private static final Set<String> WITH_EFFORT = Set.of("task", "http");
  private static final Pattern ID = Pattern.compile("[a-z][A-Za-z0-9_]{0,63}");
  private static final Pattern HANDLER = Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,199}");
  private static final Set<String> CEL_WORDS =
      Set.of(
          "as",
          "break",
          "const",
          "continue",
          "else",
          "false",
          "for",
          "function",
          "if",
          "import",
          "in",
          "let",
          "loop",
          "namespace",
          "null",
          "package",
          "return",
          "true",
          "var",
          "void",
          "while");
  private static final ObjectNode NOTHING = JsonNodeFactory.instance.objectNode();

  private NodeReader() {}

  /**
   * Reads a node as far as it can be read; what is wrong is reported. A node without a usable id or
   * type stands in as a transform, so that the graph around it can be checked all the same.
   */
  static Node read(JsonNode value, int index, Faults faults) {
    String pointer = "/nodes/" + index;
    String placeholder = "\0" + index;
    if (!(value instanceof ObjectNode object)) {
      faults.add(
          DefinitionProblem.FIELD_TYPE,
          pointer,
          "Expected an object, but found " + Fields.typeName(value));
      return new Node.TransformNode(placeholder, null, NOTHING, Join.ALL);
    }
    Fields fields = new Fields(object, pointer, faults);
    String id = id(fields);
    String type = type(fields);
    String name = fields.name("name", false);
    Join join = join(fields);
    return typed(fields, new Head(id == null ? placeholder : id, name, join), type);
  }

  /** What all nodes have. */
  private record Head(String id, @Nullable String name, Join join) {}

  private static Node typed(Fields fields, Head head, @Nullable String type) {
    JsonNode with = fields.any("with");
    JsonNode config = with == null ? NOTHING : with;
    if (type == null) {
      return new Node.TransformNode(head.id, head.name, NOTHING, head.join);
    }
    List<String> known = new ArrayList<>(COMMON);
    if (type.equals("task")) {
      known.add("handler");
      known.add("queue");
    }
    fields.only(known);
    if (!WITH_EFFORT.contains(type)) {
      String why =
          "Expected no effort on a node of type '" + type + "', which does no outside work";
      List.of("timeout", "deadline", "retry").forEach(each -> fields.unsupported(each, why));
    }
    return switch (type) {
      case "task" ->
          new Node.TaskNode(
              head.id, head.name, config, head.join, RetryReader.effort(fields), handler(fields));
      case "http" -> {
        HttpRules.check(fields);
        yield new Node.HttpNode(head.id, head.name, config, head.join, RetryReader.effort(fields));
      }
      case "delay" -> {
        ConfigRules.delay(fields);
        yield new Node.DelayNode(head.id, head.name, config, head.join);
      }
      case "fail" -> {
        ConfigRules.fail(fields);
        yield new Node.FailNode(head.id, head.name, config, head.join);
      }
      case "end" -> {
        ConfigRules.end(fields);
        yield new Node.EndNode(head.id, head.name, config, head.join);
      }
      default -> new Node.TransformNode(head.id, head.name, config, head.join);
    };
  }

  private static @Nullable String id(Fields fields) {
    String id = fields.text("id", true);
    if (id == null) {
      return null;
    }
    if (!ID.matcher(id).matches()) {
      fields
          .faults()
          .add(
              DefinitionProblem.ID_CHARSET,
              fields.at("id"),
              "Expected a small letter and up to 63 letters, digits and '_', but found '"
                  + Fields.echo(id)
                  + "'");
    } else if (CEL_WORDS.contains(id)) {
      fields
          .faults()
          .add(
              DefinitionProblem.ID_RESERVED,
              fields.at("id"),
              "Expected an id that is no word of the expression language, but found '" + id + "'");
    }
    return id;
  }

  private static @Nullable String type(Fields fields) {
    String type = fields.text("type", true);
    if (type == null || TYPES.contains(type)) {
      return type;
    }
    fields
        .faults()
        .add(
            DefinitionProblem.NODE_TYPE,
            fields.at("type"),
            "Expected one of "
                + String.join(", ", TYPES)
                + ", but found '"
                + Fields.echo(type)
                + "'"
                + near(type));
    return null;
  }

  private static String near(String type) {
    String near = Nearest.match(type, TYPES);
    return near == null ? "" : "; did you mean '" + near + "'?";
  }

  private static Join join(Fields fields) {
    JsonNode join = fields.any("join");
    if (join == null) {
      return Join.ALL;
    }
    if (join.isString()) {
      switch (join.stringValue()) {
        case "all" -> {
          return Join.ALL;
        }
        case "any" -> {
          return Join.ANY;
        }
        default ->
            fields
                .faults()
                .add(
                    DefinitionProblem.FIELD_ENUM,
                    fields.at("join"),
                    "Expected all, any or a number, but found '"
                        + Fields.echo(join.stringValue())
                        + "'");
      }
      return Join.ALL;
    }
    if (!join.isIntegralNumber()) {
      fields.wrongType(fields.at("join"), "all, any or a whole number", join);
      return Join.ALL;
    }
    if (join.longValue() < 1 || join.longValue() > Integer.MAX_VALUE) {
      fields
          .faults()
          .add(
              DefinitionProblem.FIELD_RANGE,
              fields.at("join"),
              "Expected a number of edges from 1, but found " + join.longValue());
      return Join.ALL;
    }
    return new Join((int) join.longValue());
  }

  private static String handler(Fields fields) {
    fields.unsupported("queue", "Expected a handler: remote queues are not in this release");
    String handler = fields.text("handler", !fields.has("queue"));
    if (handler != null && !HANDLER.matcher(handler).matches()) {
      fields
          .faults()
          .add(
              DefinitionProblem.NAME_CHARSET,
              fields.at("handler"),
              "Expected a letter, then letters, digits, '.', '_' and '-', but found '"
                  + Fields.echo(handler)
                  + "'");
    }
    return handler == null ? "" : handler;
  }
}
