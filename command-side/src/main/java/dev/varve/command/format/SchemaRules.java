package dev.varve.command.format;

import com.networknt.schema.Error;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SpecificationVersion;
import dev.varve.command.expression.Regexes;
import dev.varve.web.json.Places;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Checks a schema inside a document before it is used. */
final class SchemaRules {
  /** Members that hold data or text, not schemas. */
  private static final Set<String> DATA =
      Set.of("const", "enum", "default", "examples", "title", "description", "$comment");

  /** Members that hold schemas under names of their own. */
  private static final Set<String> NAMED =
      Set.of("properties", "$defs", "definitions", "dependentSchemas", "patternProperties");

  private final Faults faults;
  private final String root;

  private SchemaRules(Faults faults, String root) {
    this.faults = faults;
    this.root = root;
  }

  static void check(JsonNode schema, String pointer, Faults faults) {
    new SchemaRules(faults, pointer).check(schema);
  }

  private void check(JsonNode schema) {
    walk(schema, root);
    for (Error error : InputSchema.metaErrors(schema)) {
      faults.add(
          DefinitionProblem.SCHEMA_INVALID,
          root + InputSchema.pointer(error),
          "Expected a JSON Schema: " + InputSchema.detail(error));
    }
    if (!faults.within(root)) {
      tryOut(schema);
    }
  }

  /** A schema that cannot be resolved shows that only when it is used. */
  private void tryOut(JsonNode schema) {
    try {
      InputSchema prepared = InputSchema.of(schema);
      prepared.tryOut(JsonNodeFactory.instance.objectNode());
      prepared.tryOut(JsonNodeFactory.instance.nullNode());
    } catch (SchemaException | StackOverflowError _) {
      faults.add(
          DefinitionProblem.SCHEMA_INVALID,
          root,
          "Expected a schema whose $ref lead to other parts of it");
    }
  }

  private void walk(JsonNode schema, String pointer) {
    switch (schema) {
      case ObjectNode object -> object.forEachEntry((name, value) -> member(name, value, pointer));
      case ArrayNode array -> {
        for (int i = 0; i < array.size(); i++) {
          walk(array.get(i), pointer + "/" + i);
        }
      }
      default -> {}
    }
  }

  private void member(String name, JsonNode value, String pointer) {
    String at = pointer + "/" + Places.escaped(name);
    if (NAMED.contains(name) && value instanceof ObjectNode named) {
      named.forEachEntry((key, schema) -> {
        String inner = at + "/" + Places.escaped(key);
        if (name.equals("patternProperties")) {
          regex(key, inner);
        }
        walk(schema, inner);
      });
    } else if (name.equals("$schema")) {
      dialect(value, at);
    } else if (value.isString() && (name.equals("$ref") || name.equals("$dynamicRef"))) {
      reference(value.stringValue(), at);
    } else if (value.isString() && name.equals("$id")) {
      faults.addName(
          DefinitionProblem.SCHEMA_INVALID, at, "Expected no $id: a schema here has no address");
    } else if (value.isString() && name.equals("pattern")) {
      regex(value.stringValue(), at);
    } else if (!DATA.contains(name)) {
      walk(value, at);
    }
  }

  private void dialect(JsonNode value, String at) {
    String expected = SpecificationVersion.DRAFT_2020_12.getDialectId();
    if (!value.isString() || !value.stringValue().replace("#", "").equals(expected)) {
      faults.add(DefinitionProblem.SCHEMA_INVALID, at, "Expected draft 2020-12: " + expected);
    }
  }

  private void reference(String reference, String at) {
    if (!reference.startsWith("#")) {
      faults.add(
          DefinitionProblem.SCHEMA_REMOTE_REF,
          at,
          "Expected a reference inside the schema, as #/$defs/name, but found '"
              + Fields.echo(reference)
              + "'");
    }
  }

  private void regex(String regex, String at) {
    if (Regexes.compile(regex) == null) {
      faults.add(
          DefinitionProblem.SCHEMA_INVALID,
          at,
          "Expected a regular expression of RE2 (no look-around, no back references) of bounded"
              + " size, but found '"
              + Fields.echo(regex)
              + "'");
    }
  }
}
