package dev.varve.demo;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What things cost here; the stock keeping unit alone decides.
 *
 * <p>Known ones have a price, {@code sold-out} is never there, a number after the last dash is the
 * price itself ({@code chair-250}), and everything else costs 10 to 99, always the same.
 */
final class Catalogue {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Map<String, JsonNode> PRICES =
      Map.of(
          "pen", JSON.numberNode(2),
          "book", JSON.numberNode(12.5),
          "phone", JSON.numberNode(800),
          "laptop", JSON.numberNode(1200));

  private Catalogue() {}

  /** Price of one piece; empty when it is sold out. */
  static Optional<JsonNode> unitPrice(String sku) {
    JsonNode known = PRICES.get(sku);
    if (known != null) {
      return Optional.of(known);
    }
    if (sku.equals("sold-out")) {
      return Optional.empty();
    }
    String tail = sku.substring(sku.lastIndexOf('-') + 1);
    if (sku.contains("-") && tail.matches("\\d{1,9}")) {
      return Optional.of(JSON.numberNode(Integer.parseInt(tail)));
    }
    CRC32 sum = new CRC32();
    sum.update(sku.getBytes(StandardCharsets.UTF_8));
    return Optional.of(JSON.numberNode((int) (10 + sum.getValue() % 90)));
  }
}
