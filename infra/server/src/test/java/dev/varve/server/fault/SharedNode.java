package dev.varve.server.fault;

import dev.varve.server.e2e.Installation;
import dev.varve.testkit.fault.Inconclusive;
import dev.varve.testkit.fault.TcpProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Map;

/**
 * One installation with one node for all scenarios that leave it whole: starting PostgreSQL, a shop
 * and a server takes longer than most faults.
 */
final class SharedNode {
  private static final Installation INSTALLATION;
  private static final TcpProxy SHOP_DOOR;
  private static final Installation.Node NODE;

  static {
    try {
      INSTALLATION = new Installation();
      Runtime.getRuntime().addShutdownHook(new Thread(INSTALLATION::close, "shared-close"));
      int shop = URI.create(INSTALLATION.shopUrl()).getPort();
      SHOP_DOOR = TcpProxy.before(shop);
      String egress = "127.0.0.1:" + shop + ",127.0.0.1:" + SHOP_DOOR.port();
      NODE = INSTALLATION.startNode("shared", Map.of("VARVE_EGRESS_ALLOW", egress));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private SharedNode() {}

  static Installation installation() {
    return INSTALLATION;
  }

  /** Returns a way to the shop that can be made slow. */
  static TcpProxy shopDoor() {
    return SHOP_DOOR;
  }

  /**
   * Returns the node, ready.
   *
   * @throws Inconclusive when an earlier scenario left it unusable
   */
  static Installation.Node ready() {
    try {
      NODE.awaitReady();
    } catch (AssertionError e) {
      throw new Inconclusive("the shared server is not ready before the fault: " + e.getMessage());
    }
    return NODE;
  }
}
