package dev.varve.server.doors;

import dev.varve.server.openapi.OpenApi;
import dev.varve.server.openapi.Route;
import dev.varve.server.openapi.Routes;
import dev.varve.testkit.process.Http;
import dev.varve.testkit.schema.DescribedBodies;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** Holds answers of a server against the description of its API, so that it cannot lie. */
public final class Described {
  private final JsonNode document = OpenApi.document();
  private final DescribedBodies bodies = new DescribedBodies(document);
  private final List<Template> templates = new ArrayList<>();

  /** A route and the paths that lead to it. */
  private record Template(Route route, Pattern path) {}

  /** Reads the description. */
  public Described() {
    for (Route route : Routes.all()) {
      String regex = route.path().replace(".", "\\.").replaceAll("\\{[A-Za-z]+}", "[^/;]+");
      templates.add(new Template(route, Pattern.compile(regex)));
    }
  }

  /**
   * Returns what of an answer is not as described; empty for what is no route of the API.
   *
   * @param path of the request, without its query
   */
  public List<String> faults(String method, String path, int status, String body) {
    for (Template each : templates) {
      if (each.route().method().equals(method) && each.path().matcher(path).matches()) {
        return faults(each.route(), status, body);
      }
    }
    return List.of();
  }

  private List<String> faults(Route route, int status, String body) {
    JsonNode responses =
        document
            .path("paths")
            .path(route.path())
            .path(route.method().toLowerCase(Locale.ROOT))
            .path("responses");
    JsonNode response = responses.path(Integer.toString(status));
    if (response.isMissingNode()) {
      return List.of("status " + status + " is not described");
    }
    Route.Answer answer = route.answers().get(status);
    JsonNode json = parsed(body);
    if (answer != null) {
      return answer.schema().isEmpty() ? List.of() : bodies.faults(answer.schema(), json);
    }
    List<String> faults = new ArrayList<>(bodies.faults("Problem", json));
    String code = json.path("code").asString("");
    if (!response.at("/content/application~1problem+json/examples").has(code)) {
      faults.add("code " + code + " is not described");
    }
    return faults;
  }

  private static JsonNode parsed(String body) {
    try {
      return Http.read(body);
    } catch (RuntimeException e) {
      return MissingNode.getInstance();
    }
  }
}
