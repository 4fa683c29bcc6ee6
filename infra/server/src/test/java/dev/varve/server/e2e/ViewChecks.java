package dev.varve.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.testkit.fold.IndependentFold;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Compares a view with an independent fold of the history, member by member. */
public final class ViewChecks {
  private ViewChecks() {}

  /** Fails when the view differs from the fold of the whole history. */
  public static void viewEqualsFold(JsonNode view, JsonNode history) {
    List<String> nodeIds = new ArrayList<>();
    view.path("nodes").forEach(node -> nodeIds.add(node.path("id").asString()));
    List<JsonNode> events = new ArrayList<>();
    history.forEach(events::add);
    ObjectNode expected = IndependentFold.fold(events, nodeIds);
    assertThat(nodeIds).as("nodes shown").isNotEmpty();
    assertThat(same(view, expected))
        .as("view of %s", view.path("executionId").asString())
        .isEqualTo(expected);
  }

  /**
   * Returns {@code actual} with the members of {@code shape} only, at every depth where {@code
   * shape} has objects.
   */
  private static JsonNode same(JsonNode actual, JsonNode shape) {
    if (shape.isObject() && actual.isObject() && !shape.isEmpty()) {
      ObjectNode result = JsonNodeFactory.instance.objectNode();
      for (String name : shape.propertyNames()) {
        JsonNode value = actual.path(name);
        boolean plainData = name.equals("input") || name.equals("output") || name.equals("error");
        result.set(name, plainData || value.isMissingNode() ? value : same(value, shape.get(name)));
      }
      return result;
    }
    if (shape.isArray() && actual.isArray() && actual.size() == shape.size()) {
      var result = JsonNodeFactory.instance.arrayNode();
      for (int i = 0; i < shape.size(); i++) {
        result.add(same(actual.get(i), shape.get(i)));
      }
      return result;
    }
    return actual;
  }
}
