package dev.varve.command.expression;

import dev.cel.common.exceptions.CelInvalidArgumentException;
import dev.cel.common.values.CelByteString;
import dev.cel.common.values.NullValue;
import dev.varve.api.common.Limits;
import java.time.Duration;
import java.time.Instant;
import java.util.AbstractList;
import java.util.Base64;
import java.util.Collection;
import java.util.Map;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON as CEL sees it, and back. Objects and arrays are shown, not copied; a shown value that comes
 * back unchanged is the very node it was.
 */
final class Values {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private Values() {}

  /**
   * Shows {@code node}.
   *
   * @param parent path of what holds it, for messages
   * @param name its name or index there
   */
  static Object show(JsonNode node, Object parent, String name) {
    return switch (node.getNodeType()) {
      case OBJECT -> new ObjectView((ObjectNode) node, parent, name);
      case ARRAY -> new ListView(new ArrayItems((ArrayNode) node, parent, name));
      case STRING -> node.stringValue();
      case BOOLEAN -> node.booleanValue();
      case NUMBER -> number(node);
      case NULL, MISSING -> NullValue.NULL_VALUE;
      case BINARY, POJO ->
          throw new IllegalArgumentException("No JSON value: " + node.getNodeType());
    };
  }

  private static Object number(JsonNode node) {
    if (node.canConvertToLong() && node.isIntegralNumber()) {
      return node.longValue();
    }
    return node.doubleValue();
  }

  /** Returns the node for a whole number, of the same class that reading its text gives. */
  static JsonNode integer(long value) {
    int small = (int) value;
    return small == value ? JSON.numberNode(small) : JSON.numberNode(value);
  }

  /** An object shown to CEL. */
  @SuppressWarnings("Immutable") // JSON nodes are never changed once created
  static final class ObjectView extends MapView {
    private final ObjectNode node;
    private final Object parent;
    private final String name;

    ObjectView(ObjectNode node, Object parent, String name) {
      this.node = node;
      this.parent = parent;
      this.name = name;
    }

    @Override
    @Nullable Object member(String field) {
      JsonNode member = node.get(field);
      return member == null ? null : show(member, this, field);
    }

    @Override
    Collection<String> names() {
      return node.propertyNames();
    }

    @Override
    public int size() {
      return node.size();
    }

    @Override
    String path() {
      return pathOf(parent, name);
    }
  }

  /** The elements of an array, shown one by one as they are asked for. */
  static final class ArrayItems extends AbstractList<Object> implements RandomAccess {
    private final ArrayNode node;
    private final Object parent;
    private final String name;

    ArrayItems(ArrayNode node, Object parent, String name) {
      this.node = node;
      this.parent = parent;
      this.name = name;
    }

    @Override
    public Object get(int index) {
      if (index >= node.size()) {
        throw new IndexOutOfBoundsException(index);
      }
      return show(node.get(index), pathOf(parent, name), "[" + index + "]");
    }

    @Override
    public int size() {
      return node.size();
    }
  }

  private static String pathOf(Object parent, String name) {
    String path = parent instanceof MapView view ? view.path() : parent.toString();
    return path.isEmpty() || name.startsWith("[") ? path + name : path + "." + name;
  }

  /** Turns results into JSON and counts what they hold; one per evaluation of a template. */
  static final class Result {
    private long units;

    /**
     * Returns {@code value} as JSON.
     *
     * @param depth how deep in the whole result it stands, from 1
     * @throws CelInvalidArgumentException when it has no JSON form
     * @throws BudgetSpent when the result is too large or too deep
     */
    JsonNode json(Object value, int depth) {
      checkDepth(depth);
      return switch (value) {
        case ObjectView view -> counted(view.node, depth);
        case ListView view when view.items() instanceof ArrayItems items ->
            counted(items.node, depth);
        case Map<?, ?> map -> object(map, depth);
        case Collection<?> list -> array(list, depth);
        case String text -> {
          count(text.length() + 3L);
          yield JSON.stringNode(text);
        }
        case Long number -> {
          count(8);
          yield integer(number);
        }
        case Double number -> {
          count(8);
          yield JSON.numberNode(Operators.finite(number));
        }
        case Boolean bool -> {
          count(5);
          yield JSON.booleanNode(bool);
        }
        case NullValue _ -> {
          count(5);
          yield JSON.nullNode();
        }
        case Instant instant -> JSON.stringNode(instant.toString());
        case Duration duration -> JSON.stringNode(duration.toString());
        case CelByteString bytes -> {
          count(bytes.size() * 2L);
          yield JSON.stringNode(Base64.getEncoder().encodeToString(bytes.toByteArray()));
        }
        default ->
            throw new CelInvalidArgumentException(
                "its value is a " + Operators.typeName(value) + ", which has no JSON form");
      };
    }

    private JsonNode object(Map<?, ?> map, int depth) {
      ObjectNode node = JSON.objectNode();
      map.forEach((key, value) -> {
        if (!(key instanceof String name)) {
          throw new CelInvalidArgumentException(
              "an object's member names must be text, but one is a " + Operators.typeName(key));
        }
        count(name.length() + 4L);
        node.set(name, json(value, depth + 1));
      });
      return node;
    }

    private JsonNode array(Collection<?> list, int depth) {
      ArrayNode node = JSON.arrayNode(list.size());
      for (Object each : list) {
        count(1);
        node.add(json(each, depth + 1));
      }
      return node;
    }

    private JsonNode counted(JsonNode node, int depth) {
      measure(node, depth);
      return node;
    }

    /** Counts a node that is part of the result as it is. */
    void measure(JsonNode node, int depth) {
      checkDepth(depth);
      switch (node.getNodeType()) {
        case OBJECT ->
            node.forEachEntry((name, value) -> {
              count(name.length() + 4L);
              measure(value, depth + 1);
            });
        case ARRAY -> {
          for (JsonNode each : node) {
            count(1);
            measure(each, depth + 1);
          }
        }
        case STRING -> count(node.stringValue().length() + 3L);
        default -> count(8);
      }
    }

    private static void checkDepth(int depth) {
      if (depth > Limits.JSON_DEPTH_MAX) {
        throw new BudgetSpent("its value is nested deeper than " + Limits.JSON_DEPTH_MAX);
      }
    }

    /** Counts {@code more} characters of JSON. */
    void count(long more) {
      units += more;
      if (units > Limits.PAYLOAD_BYTES_MAX) {
        throw new BudgetSpent("its value is larger than " + Limits.PAYLOAD_BYTES_MAX + " bytes");
      }
    }
  }

  /** A result is larger than a limit. */
  static final class BudgetSpent extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BudgetSpent(String message) {
      super(message, null, false, false);
    }
  }
}
