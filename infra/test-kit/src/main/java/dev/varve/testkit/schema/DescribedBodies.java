package dev.varve.testkit.schema;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.PathType;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The bodies that an OpenAPI document describes. Stricter than the document: a member that it does
 * not name is a fault, since nobody would know of it.
 */
public final class DescribedBodies {
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          builder ->
              builder.schemaRegistryConfig(
                  SchemaRegistryConfig.builder()
                      .locale(Locale.ENGLISH)
                      .pathType(PathType.JSON_POINTER)
                      .formatAssertionsEnabled(true)
                      .build()));

  private final ObjectNode components;
  private final Map<String, Schema> schemas = new ConcurrentHashMap<>();

  /**
   * Reads {@code components/schemas} of a document.
   *
   * @param document an OpenAPI 3.1 document
   */
  public DescribedBodies(JsonNode document) {
    components = (ObjectNode) document.path("components").deepCopy();
    close(components);
  }

  /** Returns what of {@code body} is not as the schema of that name says; empty when all is. */
  public List<String> faults(String schema, JsonNode body) {
    return schemas.computeIfAbsent(schema, this::prepared).validate(body).stream()
        .map(Error::toString)
        .toList();
  }

  private Schema prepared(String name) {
    if (!components.path("schemas").has(name)) {
      throw new AssertionError("Expected a schema in the description, but there is no " + name);
    }
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("$ref", "#/components/schemas/" + name);
    root.set("components", components);
    return REGISTRY.getSchema(root);
  }

  private static void close(JsonNode node) {
    if (node instanceof ObjectNode schema) {
      if (schema.has("$defs")) {
        return; // a schema on its own, which says itself what else there may be
      }
      if (schema.path("properties").isObject() && !schema.has("additionalProperties")) {
        schema.put("additionalProperties", false);
      }
      schema.forEach(DescribedBodies::close);
    } else if (node instanceof ArrayNode list) {
      list.forEach(DescribedBodies::close);
    }
  }
}
