package dev.varve.demo;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The shop's counter: what each order is answered. The same order and key get the same answer. */
final class Counter {

  static final Set<String> PATHS = Set.of("/stock", "/shipments", "/payments");

  private Counter() {}

  /**
   * Serves one order.
   *
   * @param path one of {@link #PATHS}
   * @param identity the key, or something unique where there is none; decides the id
   * @param order the request
   */
  static Answer serve(String path, String identity, JsonNode order) {
    return switch (path) {
      case "/stock" -> stock(identity, order);
      case "/shipments" -> {
        ObjectNode body = JsonMapper.shared().createObjectNode();
        body.put("id", id("shp", path, identity));
        body.put("status", "shipped");
        yield Answer.of(201, body);
      }
      case "/payments" -> payment(identity, order);
      default -> Answer.problem(404, "shop.unknown-path", "Expected one of " + PATHS);
    };
  }

  private static Answer stock(String identity, JsonNode order) {
    JsonNode sku = order.path("sku");
    if (!sku.isString() || sku.asString().isBlank()) {
      return Answer.problem(400, "shop.sku-missing", "Expected {sku: text, n: number}");
    }
    JsonNode pieces = order.path("n");
    if (!pieces.isMissingNode() && (!pieces.isIntegralNumber() || pieces.asLong() < 1)) {
      return Answer.problem(400, "shop.n-invalid", "Expected n to be a whole number from 1");
    }
    Optional<JsonNode> price = Catalogue.unitPrice(sku.asString());
    if (price.isEmpty()) {
      return Answer.problem(409, "shop.sold-out", "There is no " + sku.asString() + " left");
    }
    ObjectNode body = JsonMapper.shared().createObjectNode();
    body.put("reservation", id("res", "/stock", identity));
    body.put("sku", sku.asString());
    body.put("reserved", pieces.isMissingNode() ? 1 : pieces.asLong());
    body.set("unitPrice", price.get());
    return Answer.of(200, body);
  }

  private static Answer payment(String identity, JsonNode order) {
    JsonNode amount = order.path("amount");
    if (!amount.isNumber() || amount.asDouble() <= 0) {
      return Answer.problem(400, "shop.amount-invalid", "Expected {amount: number above 0}");
    }
    ObjectNode body = JsonMapper.shared().createObjectNode();
    body.put("id", id("pay", "/payments", identity));
    body.set("amount", amount);
    body.put("status", "captured");
    return Answer.of(201, body);
  }

  private static String id(String prefix, String path, String identity) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest((path + "\n" + identity).getBytes(StandardCharsets.UTF_8));
      return prefix + "-" + HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
