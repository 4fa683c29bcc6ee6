package dev.varve.command.format;

import dev.varve.api.common.Limits;
import dev.varve.api.definition.Definition;
import dev.varve.api.definition.Edge;
import dev.varve.api.definition.Node;
import dev.varve.command.expression.Source;
import dev.varve.web.json.Places;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads the members of a document and reports what is not as the format says. */
final class DocumentReader {
  private static final List<String> MEMBERS =
      List.of(
          "name",
          "input",
          "outputSchema",
          "variables",
          "timeout",
          "nodes",
          "edges",
          "triggers",
          "output",
          "retention",
          "labels");
  private static final List<String> EDGE_MEMBERS =
      List.of("from", "to", "when", "otherwise", "on", "codes", "loop");
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,199}");

  private final Fields document;
  private final Faults faults;

  private DocumentReader(ObjectNode document, Faults faults) {
    this.document = new Fields(document, "", faults);
    this.faults = faults;
  }

  /** Reads {@code document}; null when it is no object. */
  static @Nullable Draft read(JsonNode document, Faults faults) {
    if (document instanceof ObjectNode object) {
      return new DocumentReader(object, faults).read();
    }
    faults.add(
        DefinitionProblem.FIELD_TYPE,
        "",
        "Expected an object, but found " + Fields.typeName(document));
    return null;
  }

  private Draft read() {
    document.only(MEMBERS);
    document.unsupported("triggers", "Expected no triggers: they are not in this release");
    document.unsupported("retention", "Expected no retention: it is not in this release");
    document.unsupported("outputSchema", "Expected no outputSchema: it is not in this release");
    String name = name();
    ObjectNode input = document.object("input", false);
    JsonNode variables = variables();
    Duration timeout = RetryReader.duration(document, "timeout", false);
    List<Node> nodes = nodes();
    List<Integer> indexes = new ArrayList<>();
    List<Edge> edges = edges(indexes);
    return new Draft(
        new Definition(
            name, input, null, variables, timeout, nodes, edges, document.any("output"), labels()),
        indexes);
  }

  private String name() {
    String name = document.text("name", true);
    if (name != null && !NAME.matcher(name).matches()) {
      faults.add(
          DefinitionProblem.NAME_CHARSET,
          "/name",
          "Expected a letter, then at most 199 letters, digits, '.', '_' and '-', but found '"
              + Fields.echo(name)
              + "'");
    }
    return name == null ? "" : name;
  }

  private JsonNode variables() {
    ObjectNode variables = document.object("variables", false);
    if (variables == null) {
      return JsonNodeFactory.instance.objectNode();
    }
    refuseTemplates(variables, "/variables");
    return variables;
  }

  /** Variables are constants: an expression in them would stay text without anybody noticing. */
  private void refuseTemplates(JsonNode value, String pointer) {
    switch (value) {
      case ObjectNode object ->
          object.forEachEntry(
              (name, member) -> refuseTemplates(member, pointer + "/" + Places.escaped(name)));
      case ArrayNode array -> {
        for (int i = 0; i < array.size(); i++) {
          refuseTemplates(array.get(i), pointer + "/" + i);
        }
      }
      default -> {
        if (value.isString() && Source.isTemplate(value.stringValue())) {
          faults.add(
              DefinitionProblem.EXPRESSION_FORBIDDEN,
              pointer,
              "Expected a constant: there are no expressions in variables and labels");
        }
      }
    }
  }

  private List<Node> nodes() {
    ArrayNode array = document.array("nodes", true);
    if (array == null || tooMany(array, "/nodes", Limits.NODES_MAX, "nodes")) {
      return List.of();
    }
    List<Node> nodes = new ArrayList<>(array.size());
    for (int i = 0; i < array.size(); i++) {
      nodes.add(NodeReader.read(array.get(i), i, faults));
    }
    return nodes;
  }

  private boolean tooMany(ArrayNode array, String pointer, int max, String what) {
    if (array.size() <= max) {
      return false;
    }
    faults.add(
        DefinitionProblem.LIMIT,
        pointer,
        "Expected at most " + max + " " + what + ", but there are " + array.size());
    return true;
  }

  private List<Edge> edges(List<Integer> indexes) {
    ArrayNode array = document.array("edges", false);
    List<Edge> edges = new ArrayList<>();
    if (array == null || tooMany(array, "/edges", Limits.EDGES_MAX, "edges")) {
      return edges;
    }
    for (int i = 0; i < array.size(); i++) {
      Edge edge = edge(array.get(i), "/edges/" + i);
      if (edge != null) {
        edges.add(edge);
        indexes.add(i);
      }
    }
    return edges;
  }

  private @Nullable Edge edge(JsonNode value, String pointer) {
    if (!(value instanceof ObjectNode object)) {
      faults.add(
          DefinitionProblem.FIELD_TYPE,
          pointer,
          "Expected an object, but found " + Fields.typeName(value));
      return null;
    }
    Fields fields = new Fields(object, pointer, faults);
    fields.only(EDGE_MEMBERS);
    fields.unsupported("on", "Expected no error edge: they are not in this release");
    fields.unsupported("codes", "Expected no error edge: they are not in this release");
    fields.unsupported("loop", "Expected no loop edge: they are not in this release");
    String from = fields.text("from", true);
    String to = fields.text("to", true);
    String when = fields.text("when", false);
    boolean otherwise = otherwise(fields);
    boolean special = fields.has("on") || fields.has("loop");
    return from == null || to == null || special ? null : new Edge(from, to, when, otherwise);
  }

  private boolean otherwise(Fields edge) {
    JsonNode otherwise = edge.any("otherwise");
    if (otherwise == null) {
      return false;
    }
    if (!otherwise.isBoolean()) {
      edge.wrongType(edge.at("otherwise"), "true", otherwise);
      return false;
    }
    if (!otherwise.booleanValue()) {
      faults.add(
          DefinitionProblem.FIELD_ENUM,
          edge.at("otherwise"),
          "Expected true, but found false; leave the member out instead");
      return false;
    }
    return true;
  }

  private Map<String, String> labels() {
    ObjectNode object = document.object("labels", false);
    Map<String, String> labels = new LinkedHashMap<>();
    if (object == null) {
      return labels;
    }
    if (object.size() > Limits.LABELS_MAX) {
      faults.add(
          DefinitionProblem.FIELD_RANGE,
          "/labels",
          "Expected at most " + Limits.LABELS_MAX + " labels, but found " + object.size());
      return labels;
    }
    refuseTemplates(object, "/labels");
    for (Map.Entry<String, JsonNode> each : object.properties()) {
      String at = document.at("labels") + "/" + Places.escaped(each.getKey());
      if (!isLabel(each.getKey())) {
        faults.addName(
            DefinitionProblem.LABEL_INVALID,
            at,
            "Expected a label's name of 1 to 200 characters without control characters");
      }
      if (!each.getValue().isString()) {
        document.wrongType(at, "text", each.getValue());
      } else if (!isLabel(each.getValue().stringValue())) {
        faults.add(
            DefinitionProblem.LABEL_INVALID,
            at,
            "Expected a label of 1 to 200 characters without control characters");
      } else {
        labels.put(each.getKey(), each.getValue().stringValue());
      }
    }
    return labels;
  }

  private static boolean isLabel(String text) {
    return !text.isBlank()
        && text.length() <= Limits.NAME_CHARS_MAX
        && text.chars().noneMatch(Character::isISOControl);
  }
}
