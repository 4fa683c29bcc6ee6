package dev.varve.server.doors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.testkit.process.Http;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A member's name may be as long as its document: what was taken can be read again. */
@ExtendWith(RunningServer.Extension.class)
class LongNamesIT {
  /** More than the JSON library reads unless it is told otherwise. */
  private static final String NAME = "k".repeat(60_000);

  @Test
  void an_input_with_a_long_name_is_stored_and_read_everywhere(RunningServer server)
      throws Exception {
    Http http = server.http();
    String yaml =
        "name: long_names\nnodes: [ { id: keep, type: transform, with: { all: \"${input}\" } } ]\n";
    assertThat(http.post("/api/v1/definitions", "application/yaml", yaml, Map.of()).status())
        .isEqualTo(201);

    Http.Answer ended =
        http.post(
            "/api/v1/executions?wait=PT30S",
            "{\"definition\":\"long_names\",\"input\":{\"" + NAME + "\":1}}",
            Map.of());

    assertThat(ended.body().path("status").asString()).isEqualTo("COMPLETED");
    String id = ended.body().path("executionId").asString();
    for (String path :
        new String[] {
          "/api/v1/executions/" + id,
          "/api/v1/executions/" + id + "/events",
          "/api/v1/executions/" + id + "/state?at=1"
        }) {
      Http.Answer read = http.get(path);
      assertThat(read.status()).as(path).isEqualTo(200);
      assertThat(read.text()).as(path).contains(NAME);
    }
    assertThat(http.get("/api/v1/verify").body().path("valid").asBoolean()).isTrue();
  }

  @Test
  void faults_behind_a_long_name_are_told_shortly(RunningServer server) throws Exception {
    String definition =
        """
        {"name":"long_fault","nodes":[{"id":"only","type":"transform","with":1}],
         "input":{"type":"object","properties":{"%s":{"type":"nothing","minLength":-1}}}}
        """
            .formatted(NAME);

    Http.Answer refused = server.http().post("/api/v1/definitions", definition, Map.of());

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.body().path("errors").get(0).path("pointer").asString())
        .startsWith("/input/properties/kkk")
        .endsWith("...");
    assertThat(refused.text()).hasSizeLessThan(20_000);
  }
}
