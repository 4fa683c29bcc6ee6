package dev.varve.command.format;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The one form that all documents of the same content have: members sorted by name (as UTF-16 code
 * units, as RFC 8785 does), lists in their order, no white space, ints in digits, doubles in the
 * shortest form that reads back the same ({@code 3.0} differs from {@code 3}).
 */
public final class CanonicalJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private CanonicalJson() {}

  /** Returns {@code node} with sorted members. */
  public static JsonNode of(JsonNode node) {
    return switch (node) {
      case ObjectNode object -> {
        ObjectNode sorted = JSON.objectNode();
        List<String> names = object.propertyNames().stream().sorted().toList();
        names.forEach(name -> sorted.set(name, of(object.get(name))));
        yield sorted;
      }
      case ArrayNode array -> {
        ArrayNode same = JSON.arrayNode(array.size());
        array.forEach(each -> same.add(of(each)));
        yield same;
      }
      default -> node;
    };
  }

  /** Returns the SHA-256, in hex, of the UTF-8 text of {@code canonical}. */
  public static String hash(JsonNode canonical) {
    try {
      byte[] text = canonical.toString().getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }
}
