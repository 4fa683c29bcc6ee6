package dev.varve.server.doors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.server.ServedRoutes;
import dev.varve.server.openapi.OpenApi;
import dev.varve.server.openapi.Route;
import dev.varve.server.openapi.Routes;
import dev.varve.testkit.process.Http;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The description of the API is the committed one, and the server does what it says. */
@ExtendWith(RunningServer.Extension.class)
class OpenApiIT {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Path COMMITTED = Path.of("../docs/openapi.json");
  private static RunningServer server;
  private static String ended;
  private static String waiting;
  private static String failed;

  @BeforeAll
  static void prepare(RunningServer running) throws Exception {
    server = running;
    Http http = running.http();
    for (Route route : Routes.all()) {
      if (route.path().equals("/api/v1/definitions") && route.method().equals("POST")) {
        String yaml = Objects.requireNonNull(route.bodies().get("application/yaml")).example();
        http.post(route.path(), "application/yaml", yaml, Map.of());
      }
    }
    String delay =
        "name: documented_wait\nnodes: [ { id: w, type: delay, with: { duration: PT9H } } ]";
    http.post("/api/v1/definitions", "application/yaml", delay, Map.of());
    ended = start(http, "{\"definition\":\"greeting\",\"input\":{\"who\":\"you\"}}");
    waiting = start(http, "{\"definition\":\"documented_wait\"}");
    String failure = "name: documented_failure\nnodes: [ { id: f, type: fail } ]";
    http.post("/api/v1/definitions", "application/yaml", failure, Map.of());
    failed = start(http, "{\"definition\":\"documented_failure\"}");
  }

  private static String start(Http http, String body) throws Exception {
    Http.Answer answer = http.post("/api/v1/executions?wait=PT1S", body, Map.of());
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    String id = answer.body().path("executionId").asString();
    String position =
        http.get("/api/v1/executions/" + id + "/events?reverse=true&limit=1")
            .body()
            .path("items")
            .path(0)
            .path("position")
            .asString();
    http.get("/api/v1/executions/" + id + "?wait=PT10S&minPosition=" + position);
    return id;
  }

  @Test
  void the_committed_description_is_the_present_one_and_nothing_is_broken() throws IOException {
    String present = OpenApi.text();
    if (Boolean.getBoolean("varve.update-golden") || !Files.exists(COMMITTED)) {
      Files.writeString(COMMITTED, present);
    }
    JsonNode committed = JSON.readTree(Files.readString(COMMITTED));

    assertThat(OpenApi.broken(committed, OpenApi.document()))
        .as("breaks clients: give it a new route or version instead")
        .isEmpty();
    assertThat(Files.readString(COMMITTED))
        .as("run ./varve openapi > infra/docs/openapi.json and review the change")
        .isEqualTo(present);
  }

  @Test
  void every_route_of_the_server_is_described_and_no_other() {
    var served = new TreeSet<>(ServedRoutes.of(server.context()));
    var described = new TreeSet<String>();
    Routes.all().forEach(route -> described.add(route.method() + " " + route.path()));

    assertThat(served).isEqualTo(described);
  }

  @Test
  void every_example_is_accepted_and_answers_as_documented() throws Exception {
    var described = new Described();
    List<String> wrong = new ArrayList<>();
    for (Route route : Routes.all()) {
      if (route.path().endsWith("/stream")) {
        continue; // EventStreamIT reads them; they do not end
      }
      if (route.path().contains("/parked/")) {
        continue; // ParkedDoorsIT asks them; nothing is parked on a sound server
      }
      List<String> types = new ArrayList<>(route.bodies().keySet());
      for (String type : types.isEmpty() ? List.of("") : types) {
        HttpResponse<String> answer = send(route, type);
        String name = route.method() + " " + route.path() + " " + type;
        if (!route.answers().containsKey(answer.statusCode())) {
          wrong.add(name + ": " + answer.statusCode() + " " + answer.body());
        }
        String path = answer.request().uri().getPath();
        described
            .faults(route.method(), path, answer.statusCode(), answer.body())
            .forEach(fault -> wrong.add(name + ": " + fault + " in " + answer.body()));
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static HttpResponse<String> send(Route route, String type) throws Exception {
    String path = route.path();
    var query = new StringBuilder();
    var headers = new ArrayList<String>();
    for (Route.Parameter each : route.parameters()) {
      String example = each.example();
      if (each.in().equals("path")) {
        String id =
            path.endsWith("/retry") ? failed : route.method().equals("POST") ? waiting : ended;
        path = path.replace("{" + each.name() + "}", example == null ? id : example);
      } else if (example != null && each.in().equals("query")) {
        query.append(query.isEmpty() ? "?" : "&").append(each.name()).append('=');
        query.append(URLEncoder.encode(example, StandardCharsets.UTF_8));
      } else if (example != null) {
        headers.addAll(List.of(each.name(), example));
      }
    }
    var request = HttpRequest.newBuilder(URI.create(server.url() + path + query));
    if (!headers.isEmpty()) {
      request.headers(headers.toArray(String[]::new));
    }
    Route.Body described = route.bodies().get(type);
    String body = described == null ? null : described.example();
    if (body != null) {
      request.header("Content-Type", type);
    }
    request.method(
        route.method(),
        body == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(body));
    return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
