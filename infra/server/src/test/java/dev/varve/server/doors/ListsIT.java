package dev.varve.server.doors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.server.openapi.OpenApi;
import dev.varve.server.openapi.Route;
import dev.varve.server.openapi.Routes;
import dev.varve.testkit.process.Await;
import dev.varve.testkit.process.Http;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** Every list of the API is walked page by page; every read waits for a position. */
@ExtendWith(RunningServer.Extension.class)
class ListsIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int OF_EACH = 5;

  /** Lists that have an end by nature and come whole. */
  private static final List<String> WHOLE =
      List.of("/api/v1/projections", "/api/v1/projections/{name}/parked");

  /** Reads that show no read model and no event, so that there is no position to wait for. */
  private static final List<String> TIMELESS =
      List.of(
          "/api/v1/projections",
          "/api/v1/projections/{name}/parked",
          "/api/v1/verify",
          "/api/v1/openapi.json");

  private static Http http;
  private static String execution = "";
  private static String position;

  @BeforeAll
  static void prepare(RunningServer server) throws Exception {
    http = server.http();
    for (int i = 0; i < OF_EACH; i++) {
      // a timer that waits and an attempt that waits for its backoff
      String yaml =
          """
          name: listed_%d
          nodes:
            - { id: wait, type: delay, with: { duration: PT9H } }
            - { id: first, type: task, handler: echo, with: 1 }
            - { id: second, type: task, handler: echo, with: 2 }
            - { id: again, type: task, handler: flaky, with: { failures: 9 },
                retry: { maxAttempts: 9, backoff: { initial: PT5M, factor: 1, max: PT5M } } }
          edges: [ { from: first, to: second }, { from: second, to: again } ]
          """
              .formatted(i);
      http.post("/api/v1/definitions", "application/yaml", yaml, Map.of());
      Http.Answer started =
          http.post("/api/v1/executions", "{\"definition\":\"listed_" + i + "\"}", Map.of());
      assertThat(started.status()).as(started.text()).isEqualTo(201);
      execution = started.body().path("executionId").asString();
    }
    Await.until(
        "everything waits",
        LIMIT,
        () ->
            http.get("/api/v1/tasks?limit=1000").body().path("items").size() >= OF_EACH
                && http.get("/api/v1/timers?limit=1000").body().path("items").size() >= OF_EACH
                && history().size() > 3);
    position = history().get(0).path("position").asString();
  }

  private static JsonNode history() throws Exception {
    return http.get("/api/v1/executions/" + execution + "/events").body().path("items");
  }

  private static boolean takes(Route route, String parameter) {
    return route.parameters().stream().anyMatch(each -> each.name().equals(parameter));
  }

  private static String path(Route route) {
    return route
        .path()
        .replace("{id}", execution)
        .replace("{name}", "listed_0")
        .replace("{version}", "1");
  }

  private static List<Route> reads() {
    return Routes.all().stream()
        .filter(route -> route.method().equals("GET") && route.path().startsWith("/api/v1"))
        .filter(route -> !route.path().endsWith("/stream"))
        .toList();
  }

  private static boolean isList(Route route) {
    String schema = route.answers().values().iterator().next().schema();
    return OpenApi.document().at("/components/schemas/" + schema + "/properties").has("items");
  }

  @Test
  void every_list_gives_by_pages_what_it_gives_at_once() throws Exception {
    var walked = new TreeSet<String>();
    for (Route route : reads()) {
      if (isList(route) && !WHOLE.contains(route.path())) {
        String cursor = takes(route, "cursor") ? "cursor" : "after";
        List<String> whole = items(path(route) + "?limit=1000", cursor, 1_000);
        List<String> pages = items(path(route) + "?limit=2", cursor, 2);

        // others write meanwhile, at the end or at the beginning, never in between
        assertThat(pages).as(route.path()).containsSubsequence(whole);
        assertThat(new HashSet<>(pages)).as(route.path()).hasSameSizeAs(pages);
        assertThat(whole).as(route.path()).hasSizeGreaterThan(3);
        walked.add(route.path());
      }
    }
    assertThat(walked).hasSizeGreaterThanOrEqualTo(6);
  }

  /** Returns what the items of all pages are known by. */
  private static List<String> items(String query, String cursor, int atMost) throws Exception {
    List<String> items = new ArrayList<>();
    String more = "";
    while (true) {
      JsonNode page = http.get(query + more).body();
      page.path("items").forEach(item -> items.add(name(item)));
      assertThat(page.path("items").size()).as(query).isLessThanOrEqualTo(atMost);
      String next = page.path("next").asString("");
      if (next.isEmpty() || page.path("items").isEmpty()) {
        return items;
      }
      more = "&" + cursor + "=" + URLEncoder.encode(next, StandardCharsets.UTF_8);
    }
  }

  private static String name(JsonNode item) {
    var name = new StringBuilder();
    for (String member : List.of("position", "executionId", "path", "kind", "name")) {
      name.append(item.path(member).asString("")).append(' ');
    }
    return name.toString();
  }

  @Test
  void every_read_of_what_was_written_takes_a_position_and_refuses_what_is_none() throws Exception {
    for (Route route : reads()) {
      if (TIMELESS.contains(route.path())) {
        continue;
      }
      assertThat(takes(route, "minPosition")).as(route.path()).isTrue();
      Http.Answer shown = http.get(path(route) + "?minPosition=" + position);
      Http.Answer none = http.get(path(route) + "?minPosition=nonsense");

      assertThat(shown.status()).as(shown.text()).isEqualTo(200);
      assertThat(none.status()).as(route.path()).isEqualTo(400);
      assertThat(none.body().path("code").asString()).isEqualTo("cursor.invalid");
    }
  }

  @Test
  void every_read_model_that_is_behind_says_so_in_time() throws Exception {
    for (Route route : reads()) {
      if (takes(route, "wait")) {
        assertThat(isOnceBehind(route)).as(route.path()).isTrue();
      }
    }
  }

  private static boolean isOnceBehind(Route route) throws Exception {
    for (int tries = 0; tries < 500; tries++) {
      Http.Answer started =
          http.post("/api/v1/executions", "{\"definition\":\"listed_0\"}", Map.of());
      String now = started.body().path("position").asString();
      Http.Answer read = http.get(path(route) + "?wait=PT0S&minPosition=" + now);
      if (read.status() == 504) {
        return read.body().path("code").asString().equals("query.position-timeout");
      }
      assertThat(read.status()).as(read.text()).isEqualTo(200);
    }
    return false;
  }
}
