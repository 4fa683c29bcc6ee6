package dev.varve.server.doors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.server.openapi.OpenApi;
import dev.varve.server.openapi.Route;
import dev.varve.server.openapi.Routes;
import dev.varve.testkit.schema.DescribedBodies;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The description of the API is sound in itself; no server is needed to say so. */
class OpenApiTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @Test
  void every_example_fits_its_schema() {
    var bodies = new DescribedBodies(OpenApi.document());
    List<String> faults = new ArrayList<>();
    for (Route route : Routes.all()) {
      String name = route.method() + " " + route.path();
      route
          .bodies()
          .forEach((type, body) -> {
            if (type.equals("application/json")) {
              check(bodies, name, body.schema(), body.example(), faults);
            }
          });
      route
          .answers()
          .forEach((status, answer) -> {
            if (answer.mediaType().equals("application/json")) {
              check(bodies, name + " " + status, answer.schema(), answer.example(), faults);
            }
          });
    }
    assertThat(faults).isEmpty();
  }

  private static void check(
      DescribedBodies bodies, String name, String schema, String example, List<String> faults) {
    bodies.faults(schema, JSON.readTree(example)).forEach(each -> faults.add(name + ": " + each));
  }

  @Test
  void every_refusal_has_an_example_that_fits_the_schema_of_problems() {
    JsonNode document = OpenApi.document();
    var bodies = new DescribedBodies(document);
    List<String> faults = new ArrayList<>();
    int examples = 0;
    for (JsonNode path : document.path("paths")) {
      for (JsonNode operation : path) {
        for (JsonNode response : operation.path("responses")) {
          for (JsonNode each : response.at("/content/application~1problem+json/examples")) {
            faults.addAll(bodies.faults("Problem", each.path("value")));
            examples++;
          }
        }
      }
    }
    assertThat(faults).isEmpty();
    assertThat(examples).isGreaterThan(100);
  }

  @Test
  void a_body_that_is_not_as_described_is_noticed() {
    var bodies = new DescribedBodies(OpenApi.document());

    assertThat(bodies.faults("Alive", JSON.readTree("{\"status\":\"UP\",\"more\":1}"))).hasSize(1);
    assertThat(bodies.faults("Alive", JSON.readTree("{}"))).hasSize(1);
    assertThat(bodies.faults("ControlExecution", JSON.readTree("{\"reason\":7}"))).isNotEmpty();
    assertThat(bodies.faults("Definition", JSON.readTree("{\"name\":\"a b\",\"nodes\":[{}]}")))
        .isNotEmpty();
  }

  @Test
  void a_breaking_change_is_noticed() {
    JsonNode now = OpenApi.document();
    ObjectNode before = OpenApi.document();
    before.withObject("/paths/~1api~1v1~1gone").putObject("get").putObject("responses");
    schema(before, "Alive").putObject("gone").put("type", "string");
    ((ObjectNode) schema(before, "Verdict").path("valid")).put("type", "integer");
    ((ObjectNode) before.at("/components/schemas/StartExecution")).putArray("required");
    schema(before, "ControlExecution").putObject("comment").put("type", "string");

    assertThat(OpenApi.broken(now, now)).isEmpty();
    assertThat(OpenApi.broken(before, now))
        .containsExactlyInAnyOrder(
            "get /api/v1/gone is gone",
            "get /health/live 200/gone is gone",
            "get /api/v1/verify 200/valid was [integer] and is [boolean]",
            "post /api/v1/executions body/definition is required",
            "post /api/v1/executions/{id}/suspend body/comment is gone");
  }

  private static ObjectNode schema(ObjectNode document, String name) {
    return (ObjectNode) document.at("/components/schemas/" + name + "/properties");
  }
}
