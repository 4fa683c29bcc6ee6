package dev.varve.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.server.e2e.Installation;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Every background loop has a heartbeat that the health page shows. */
class LoopsIT {
  @Test
  void the_health_page_shows_every_loop_alive() throws Exception {
    Installation.Node node = SharedNode.ready();
    JsonNode parts = node.http().get("/health").body().path("components");
    assertThat(new TreeSet<>(parts.propertyNames()))
        .contains("heartbeat", "recovery", "timers", "timer-fire", "projections", "loops");
    JsonNode loops = parts.path("loops").path("details");
    assertThat(new TreeSet<>(loops.propertyNames()))
        .containsExactly(
            "append-0",
            "database-clock",
            "dispatch-clock",
            "housekeeping",
            "published-definitions-0",
            "tails-announce",
            "tails-listen");
    loops
        .properties()
        .forEach(loop ->
            assertThat(loop.getValue().path("status").asString())
                .as(loop.getKey())
                .isEqualTo("UP"));
  }
}
