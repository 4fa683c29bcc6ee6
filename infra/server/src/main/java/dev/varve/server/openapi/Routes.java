package dev.varve.server.openapi;

import java.util.List;
import java.util.stream.Stream;

/** Every route there is. */
public final class Routes {
  private Routes() {}

  /** Returns them in the order of the documentation. */
  public static List<Route> all() {
    return Stream.of(
            DefinitionRoutes.all(), ExecutionRoutes.all(), EventRoutes.all(), OperationRoutes.all())
        .flatMap(List::stream)
        .toList();
  }

  static Route paged(Route route, String what) {
    return route
        .query("cursor", "Opaque; the field `next` of the page before", null)
        .query("limit", "Most " + what + " of the page, 1 to 1000; 100 when absent", "10");
  }

  static Route fresh(Route route) {
    return route
        .query("minPosition", "Opaque position of an answer that must be visible", null)
        .query("wait", "Longest wait for `minPosition`, PT0S to PT60S; PT5S when absent", "PT1S");
  }
}
