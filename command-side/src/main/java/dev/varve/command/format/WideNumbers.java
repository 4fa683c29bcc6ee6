package dev.varve.command.format;

import java.math.BigDecimal;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Shows doubles beyond 64 bits to the schema library as the integers they are.
 *
 * <p>JSON Schema calls {@code 1e308} an integer. The library agrees, and then fails on it: its
 * check of {@code minimum} and {@code maximum} takes an integer that is no big integer for a long.
 */
final class WideNumbers {
  private static final double LONG_RANGE = 0x1p63;

  private WideNumbers() {}

  /** Returns {@code value} itself where it holds no such number, else a copy with them replaced. */
  static JsonNode exact(JsonNode value) {
    return holdsWide(value) ? replaced(value) : value;
  }

  private static boolean holdsWide(JsonNode value) {
    if (value.isContainer()) {
      for (JsonNode member : value) {
        if (holdsWide(member)) {
          return true;
        }
      }
      return false;
    }
    return isWide(value);
  }

  private static boolean isWide(JsonNode value) {
    return value.isFloatingPointNumber() && Math.abs(value.doubleValue()) >= LONG_RANGE;
  }

  private static JsonNode replaced(JsonNode value) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return switch (value) {
      case ObjectNode object -> {
        ObjectNode copy = nodes.objectNode();
        for (Map.Entry<String, JsonNode> member : object.properties()) {
          copy.set(member.getKey(), replaced(member.getValue()));
        }
        yield copy;
      }
      case ArrayNode array -> {
        ArrayNode copy = nodes.arrayNode(array.size());
        array.forEach(member -> copy.add(replaced(member)));
        yield copy;
      }
      default ->
          isWide(value)
              ? nodes.numberNode(new BigDecimal(value.doubleValue()).toBigInteger())
              : value;
    };
  }
}
