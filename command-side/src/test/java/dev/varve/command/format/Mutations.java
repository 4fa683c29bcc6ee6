package dev.varve.command.format;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Spoils one place of a document in every way it knows. */
final class Mutations {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private Mutations() {}

  /**
   * One way to spoil a value; null where it does not apply.
   *
   * @param name for messages
   * @param apply gives what stands in the value's place
   */
  record Mutation(String name, BiFunction<JsonNode, Random, @Nullable JsonNode> apply) {}

  /** Returns every mutation that replaces a value; dropping and doubling are done by the test. */
  static List<Mutation> all() {
    List<Mutation> all = new ArrayList<>();
    constant(all, "null");
    constant(all, "true");
    constant(all, "false");
    constant(all, "0");
    constant(all, "-1");
    constant(all, "1.5");
    constant(all, "9223372036854775807");
    constant(all, "1e308");
    constant(all, "{}");
    constant(all, "[]");
    constant(all, "\"\"");
    constant(all, "\" \"");
    constant(all, "\"a\"");
    constant(all, "[null]");
    constant(all, "{\"\":{\"\":[]}}");
    constant(all, "{\"$ref\":\"#\"}");
    constant(all, "\"${\"");
    constant(all, "\"${}\"");
    constant(all, "\"${nodes}\"");
    constant(all, "\"${input.a.b[0].c}\"");
    constant(all, "\"${nodes.nobody.output}\"");
    constant(all, "\"$${x}\"");
    constant(all, "\"\\u202eabc\\u200b\\ud83d\\udc69\\u200d\\ud83d\\udcbb\"");
    constant(all, "\"__proto__\"");
    constant(all, "\"PT-5S\"");
    constant(all, "\"file:///etc/passwd\"");
    constant(all, "\"a\\r\\nb: c\"");
    all.add(new Mutation("long text", (_, _) -> JSON.stringNode("x".repeat(20_000))));
    all.add(new Mutation("long template", (_, _) -> JSON.stringNode("${1}".repeat(500))));
    all.add(new Mutation("deep lists", (value, _) -> nested(value, 40)));
    all.add(new Mutation("in a list", (value, _) -> JSON.arrayNode().add(value)));
    all.add(new Mutation("as text", (value, _) -> JSON.stringNode(value.toString())));
    all.add(new Mutation("cut", (value, random) -> cut(value, random)));
    all.add(new Mutation("one more character", (value, random) -> typed(value, random)));
    all.add(new Mutation("twice", (value, _) -> twice(value)));
    all.add(new Mutation("turned round", (value, _) -> reversed(value)));
    all.add(new Mutation("with an unknown member", (value, _) -> extended(value)));
    all.add(new Mutation("half of it", (value, _) -> half(value)));
    return all;
  }

  private static void constant(List<Mutation> all, String json) {
    JsonNode value = MAPPER.readTree(json);
    all.add(new Mutation(json, (_, _) -> value));
  }

  private static JsonNode nested(JsonNode value, int depth) {
    JsonNode nested = value;
    for (int i = 0; i < depth; i++) {
      nested = JSON.arrayNode().add(nested);
    }
    return nested;
  }

  private static @Nullable JsonNode cut(JsonNode value, Random random) {
    if (!value.isString() || value.stringValue().isEmpty()) {
      return null;
    }
    String text = value.stringValue();
    return JSON.stringNode(text.substring(0, random.nextInt(text.length())));
  }

  private static @Nullable JsonNode typed(JsonNode value, Random random) {
    if (!value.isString()) {
      return null;
    }
    String text = value.stringValue();
    int at = random.nextInt(text.length() + 1);
    String extra =
        List.of("}", "{", "'", "\"", "\\", "é", ".", "$", "(", "é", "\t").get(random.nextInt(11));
    return JSON.stringNode(text.substring(0, at) + extra + text.substring(at));
  }

  private static @Nullable JsonNode twice(JsonNode value) {
    if (!(value instanceof ArrayNode array)) {
      return null;
    }
    ArrayNode twice = JSON.arrayNode();
    array.forEach(twice::add);
    array.forEach(twice::add);
    return twice;
  }

  private static @Nullable JsonNode reversed(JsonNode value) {
    if (!(value instanceof ArrayNode array)) {
      return null;
    }
    ArrayNode reversed = JSON.arrayNode();
    for (int i = array.size() - 1; i >= 0; i--) {
      reversed.add(array.get(i));
    }
    return reversed;
  }

  private static @Nullable JsonNode extended(JsonNode value) {
    return value instanceof ObjectNode object ? object.deepCopy().put("unknown~/member", 1) : null;
  }

  private static @Nullable JsonNode half(JsonNode value) {
    if (!(value instanceof ObjectNode object)) {
      return null;
    }
    ObjectNode half = JSON.objectNode();
    int index = 0;
    for (String name : object.propertyNames()) {
      if (index++ % 2 == 0) {
        half.set(name, object.get(name));
      }
    }
    return half;
  }
}
