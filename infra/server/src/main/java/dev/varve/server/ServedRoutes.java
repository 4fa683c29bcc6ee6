package dev.varve.server;

import java.util.SortedSet;
import java.util.TreeSet;
import org.springframework.context.ApplicationContext;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Tells which routes a running server has, so that the description of the API can be compared. */
public final class ServedRoutes {
  private ServedRoutes() {}

  /** Returns {@code METHOD /path} of every route that names its method. */
  public static SortedSet<String> of(ApplicationContext context) {
    var mappings =
        context.getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class);
    var served = new TreeSet<String>();
    for (var mapping : mappings.getHandlerMethods().keySet()) {
      for (String path : mapping.getPatternValues()) {
        mapping.getMethodsCondition().getMethods().forEach(m -> served.add(m + " " + path));
      }
    }
    return served;
  }
}
