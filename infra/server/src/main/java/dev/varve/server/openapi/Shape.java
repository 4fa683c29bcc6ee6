package dev.varve.server.openapi;

import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Puts the schema of a JSON object together; its static methods make the schemas of members. */
final class Shape {
  private static final String TYPE = "type";
  private static final String REF = "#/components/schemas/";

  private final ObjectNode schema = JsonNodeFactory.instance.objectNode();
  private final ObjectNode properties;
  private final ArrayNode required;

  Shape() {
    schema.put(TYPE, "object");
    properties = schema.putObject("properties");
    required = schema.putArray("required");
  }

  /** Adds a member that is always there. */
  Shape has(String name, ObjectNode member) {
    required.add(name);
    return mayHave(name, member);
  }

  /** Adds a member that may be absent. */
  Shape mayHave(String name, ObjectNode member) {
    properties.set(name, member);
    return this;
  }

  /** Refuses members that were not added. */
  Shape closed() {
    schema.put("additionalProperties", false);
    return this;
  }

  /** Describes members that were not added. */
  Shape others(ObjectNode member) {
    schema.set("additionalProperties", member);
    return this;
  }

  /** Returns the schema. */
  ObjectNode schema() {
    ObjectNode copy = schema.deepCopy();
    if (required.isEmpty()) {
      copy.remove("required");
    }
    return copy;
  }

  static ObjectNode ref(String name) {
    return JsonNodeFactory.instance.objectNode().put("$ref", REF + name);
  }

  /** Any JSON at all. */
  static ObjectNode any(String description) {
    return JsonNodeFactory.instance.objectNode().put("description", description);
  }

  static ObjectNode text() {
    return typed("string");
  }

  static ObjectNode text(int charsMin, int charsMax) {
    return text().put("minLength", charsMin).put("maxLength", charsMax);
  }

  static ObjectNode format(String format) {
    return text().put("format", format);
  }

  /** A text that no client takes apart. */
  static ObjectNode opaque(String description) {
    return text().put("description", "Opaque: " + description);
  }

  static ObjectNode oneOf(List<String> words) {
    ObjectNode schema = text();
    ArrayNode list = schema.putArray("enum");
    words.forEach(list::add);
    return schema;
  }

  static ObjectNode whole() {
    return typed("integer");
  }

  static ObjectNode whole(int min) {
    return whole().put("minimum", min);
  }

  static ObjectNode flag() {
    return typed("boolean");
  }

  static ObjectNode list(ObjectNode items) {
    ObjectNode schema = typed("array");
    schema.set("items", items);
    return schema;
  }

  static ObjectNode map(ObjectNode values) {
    ObjectNode schema = typed("object");
    schema.set("additionalProperties", values);
    return schema;
  }

  /** An object of which nothing is said. */
  static ObjectNode open(String description) {
    return typed("object").put("description", description);
  }

  static ObjectNode either(ObjectNode... schemas) {
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    schema.putArray("anyOf").addAll(List.of(schemas));
    return schema;
  }

  /** The same, or null. */
  static ObjectNode orNull(ObjectNode schema) {
    if (!schema.has(TYPE)) {
      return schema.has("$ref") ? either(schema, typed("null")) : schema;
    }
    ObjectNode copy = schema.deepCopy();
    String type = copy.path(TYPE).asString();
    copy.remove(TYPE);
    copy.putArray(TYPE).add(type).add("null");
    if (copy.get("enum") instanceof ArrayNode words) {
      words.addNull();
    }
    return copy;
  }

  private static ObjectNode typed(String type) {
    return JsonNodeFactory.instance.objectNode().put(TYPE, type);
  }
}
