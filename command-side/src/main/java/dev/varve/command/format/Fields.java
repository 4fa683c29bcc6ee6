package dev.varve.command.format;

import dev.varve.api.common.Limits;
import dev.varve.command.expression.Nearest;
import dev.varve.command.expression.Text;
import dev.varve.web.json.Places;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The members of one object of a document; reports each that is missing, unknown or of a wrong
 * type.
 */
final class Fields {
  private final ObjectNode node;
  private final String pointer;
  private final Faults faults;

  Fields(ObjectNode node, String pointer, Faults faults) {
    this.node = node;
    this.pointer = pointer;
    this.faults = faults;
  }

  Faults faults() {
    return faults;
  }

  /** Returns the pointer to a member, or to where it would be. */
  String at(String name) {
    return pointer + "/" + Places.escaped(name);
  }

  /** Returns the pointer to the object. */
  String at() {
    return pointer;
  }

  boolean has(String name) {
    return node.has(name);
  }

  /** Returns a member of any type; null when there is none. */
  @Nullable JsonNode any(String name) {
    return node.get(name);
  }

  /** Reports every member whose name is not among {@code known}. */
  void only(List<String> known) {
    for (String name : node.propertyNames()) {
      if (!known.contains(name)) {
        faults.addName(
            DefinitionProblem.FIELD_UNKNOWN,
            at(name),
            "Expected no member '" + echo(name) + "'" + Nearest.hint(name, known));
      }
    }
  }

  /** Reports a member that the format has but not here, or not yet. */
  void unsupported(String name, String why) {
    if (node.has(name)) {
      faults.addName(DefinitionProblem.UNSUPPORTED, at(name), why);
    }
  }

  /** Returns a text of 1 to {@code Limits.NAME_CHARS_MAX} characters. */
  @Nullable String name(String name, boolean required) {
    String text = text(name, required);
    if (text != null && (text.isBlank() || text.length() > Limits.NAME_CHARS_MAX)) {
      faults.add(
          DefinitionProblem.FIELD_RANGE,
          at(name),
          "Expected 1 to " + Limits.NAME_CHARS_MAX + " characters");
      return null;
    }
    return text;
  }

  /** Returns a text. */
  @Nullable String text(String name, boolean required) {
    JsonNode value = member(name, required);
    if (value == null || value.isString()) {
      return value == null ? null : value.stringValue();
    }
    wrongType(at(name), "text", value);
    return null;
  }

  /** Returns an object. */
  @Nullable ObjectNode object(String name, boolean required) {
    JsonNode value = member(name, required);
    if (value == null || value instanceof ObjectNode) {
      return (ObjectNode) value;
    }
    wrongType(at(name), "an object", value);
    return null;
  }

  /** Returns a list. */
  @Nullable ArrayNode array(String name, boolean required) {
    JsonNode value = member(name, required);
    if (value == null || value instanceof ArrayNode) {
      return (ArrayNode) value;
    }
    wrongType(at(name), "a list", value);
    return null;
  }

  private @Nullable JsonNode member(String name, boolean required) {
    JsonNode value = node.get(name);
    if (value == null && required) {
      faults.add(DefinitionProblem.FIELD_REQUIRED, at(name), "Expected a member '" + name + "'");
    }
    return value;
  }

  /** Reports a value of a wrong type. */
  void wrongType(String at, String expected, JsonNode found) {
    faults.add(
        DefinitionProblem.FIELD_TYPE,
        at,
        "Expected " + expected + ", but found " + typeName(found));
  }

  /** Returns what a value is, in words. */
  static String typeName(JsonNode value) {
    return switch (value.getNodeType()) {
      case OBJECT -> "an object";
      case ARRAY -> "a list";
      case STRING -> "text";
      case NUMBER -> "a number";
      case BOOLEAN -> "true or false";
      default -> "nothing (null)";
    };
  }

  /** Returns a short, harmless quote of what was written. */
  static String echo(String text) {
    return Text.shown(text, 64);
  }
}
