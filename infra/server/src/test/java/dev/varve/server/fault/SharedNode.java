package dev.varve.server.fault;

import dev.varve.server.e2e.Installation;
import dev.varve.testkit.fault.Inconclusive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * One installation with one node for all scenarios that leave it whole: starting PostgreSQL, a shop
 * and a server takes longer than most faults.
 */
final class SharedNode {
  private static final Installation INSTALLATION;
  private static final Installation.Node NODE;

  static {
    try {
      INSTALLATION = new Installation();
      Runtime.getRuntime().addShutdownHook(new Thread(INSTALLATION::close, "shared-close"));
      NODE = INSTALLATION.startNode("shared", Map.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private SharedNode() {}

  static Installation installation() {
    return INSTALLATION;
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
