package dev.varve.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.testkit.fold.IndependentFold;
import dev.varve.testkit.process.Await;
import dev.varve.testkit.process.Http;
import dev.varve.testkit.process.JavaProcess;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * An operator suspends an execution: no further node starts, what is active ends, and after the
 * resumption it goes on as if nothing had been. The steps before the shop last until the test opens
 * their gate.
 */
class SuspendIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String ROUTE = "/api/v1/executions/";
  private static final List<String> NODES = List.of("count", "weigh", "ship", "note");

  /** Both {@code count} and {@code weigh} are active from the start; the shop is called last. */
  private static final String PARCEL =
      """
      name: suspended_parcel
      variables: { gates: "http://GATES", shop: "SHOP" }
      nodes:
        - { id: count, type: http, timeout: PT10M,
            with: { method: POST, url: "${vars.gates}/${input.count}" } }
        - { id: weigh, type: http, timeout: PT10M,
            with: { method: POST, url: "${vars.gates}/${input.weigh}" } }
        - { id: ship, type: http, with: { method: POST, url: "${vars.shop}/shipments" } }
        - { id: note, type: transform, with: { shipment: "${nodes.ship.output.body.id}" } }
      edges:
        - { from: count, to: ship }
        - { from: weigh, to: ship }
        - { from: ship, to: note }
      output: { shipment: "${nodes.note.output.shipment}" }
      """;

  private static Gates gates;
  private static Installation installation;
  private static Installation.Node node;
  private static Http http;
  @TempDir private Path directory;

  @BeforeAll
  static void start() throws Exception {
    gates = new Gates();
    installation = new Installation();
    String shop = URI.create(installation.shopUrl()).getAuthority();
    node =
        installation.startNode("alpha", Map.of("VARVE_EGRESS_ALLOW", shop + "," + gates.address()));
    node.awaitReady();
    http = node.http();
    String yaml = PARCEL.replace("GATES", gates.address()).replace("SHOP", installation.shopUrl());
    Http.Answer published = http.post("/api/v1/definitions", "application/yaml", yaml, Map.of());
    assertThat(published.status()).as(published.text()).isEqualTo(201);
  }

  @AfterAll
  static void stop() {
    gates.close();
    installation.close();
  }

  @Test
  void nothing_starts_while_it_is_suspended_and_the_command_line_resumes_it() throws Exception {
    String id = begin("cli");

    assertThat(varve("execution", "suspend", id, "--reason", "stocktaking")).contains("SUSPENDED");
    await(id, "SUSPENDED");
    Await.until(
        "the search finds it",
        LIMIT,
        () -> http.get("/api/v1/executions?status=SUSPENDED").text().contains(id));
    gates.open("cli-count", 200);
    gates.open("cli-weigh", 200);
    awaitNode(id, "count", "COMPLETED");
    awaitNode(id, "weigh", "COMPLETED");

    List<JsonNode> events = events(id);
    assertThat(types(events))
        .containsExactly("started", "suspended", "node-completed", "node-completed");
    assertThat(events.subList(2, 4)).allSatisfy(SuspendIT::leadsNowhere);
    assertThat(shipments(id)).isZero();
    JsonNode view = get(ROUTE + id);
    assertThat(view.path("status").asString()).isEqualTo("SUSPENDED");
    assertThat(view.path("nodes").path(2).path("status").asString()).isEqualTo("PENDING");
    assertThat(stateAt(id, 0)).isEqualTo("RUNNING");
    assertThat(stateAt(id, 1)).isEqualTo("SUSPENDED");
    assertThat(stateAt(id, 3)).isEqualTo("SUSPENDED");
    agrees(id);

    assertThat(varve("execution", "resume", id, "--reason", "all is counted")).contains("RUNNING");
    await(id, "COMPLETED");

    assertThat(shipments(id)).isEqualTo(1);
    List<JsonNode> all = events(id);
    assertThat(types(all).subList(4, 7))
        .containsExactly("resumed", "node-released", "node-released");
    assertThat(all.get(4).path("data").path("reason").asString()).isEqualTo("all is counted");
    assertThat(all.get(5).path("data").path("path").asString()).isEqualTo("count");
    assertThat(all.get(6).path("data").path("path").asString()).isEqualTo("weigh");
    assertThat(all.get(6).path("data").path("activated").toString()).isEqualTo("[\"ship\"]");
    assertThat(get(ROUTE + id).path("output").path("shipment").asString("")).isNotEmpty();
    assertThat(stateAt(id, 4)).isEqualTo("RUNNING");
    agrees(id);
  }

  @Test
  void what_does_not_fit_is_refused_and_what_is_sent_again_is_done_once() throws Exception {
    String id = begin("http");
    String route = ROUTE + id;
    Map<String, String> key = Map.of("Idempotency-Key", "suspend-" + id);

    refused(http.post(route + "/resume", "", Map.of()), 409, "execution.not-suspended", "RUNNING");
    conflict(http.post(route + "/suspend", "{}", Map.of("If-Match", "\"7\"")));
    Http.Answer first = http.post(route + "/suspend", "{\"reason\":\"wait\"}", key);
    Http.Answer replay = http.post(route + "/suspend", "{\"reason\":\"wait\"}", key);
    assertThat(first.status()).as(first.text()).isEqualTo(202);
    assertThat(first.body().path("status").asString()).isEqualTo("SUSPENDED");
    assertThat(replay.text()).isEqualTo(first.text());
    assertThat(replay.response().headers().firstValue("Idempotent-Replay")).hasValue("true");
    refused(http.post(route + "/suspend", "", Map.of()), 409, "execution.not-running", "SUSPENDED");
    refused(http.post(route + "/retry", "", Map.of()), 409, "execution.not-failed", "SUSPENDED");
    conflict(http.post(route + "/resume", "{}", Map.of("If-Match", "\"0\"")));
    assertThat(types(events(id))).containsExactly("started", "suspended");

    Http.Answer resumed = http.post(route + "/resume", "{}", Map.of("If-Match", "\"1\""));
    assertThat(resumed.status()).as(resumed.text()).isEqualTo(202);
    assertThat(resumed.body().path("status").asString()).isEqualTo("RUNNING");
    refused(http.post(route + "/resume", "", Map.of()), 409, "execution.not-suspended", "RUNNING");
    gates.open("http-count", 200);
    gates.open("http-weigh", 200);
    await(id, "COMPLETED");
    for (String verb : List.of("/suspend", "/resume")) {
      refused(http.post(route + verb, "", Map.of()), 409, "execution.terminal", "COMPLETED");
      refused(
          http.post(ROUTE + "01a1fc2f-5a83-7000-b569-698c1398ae65" + verb, "", Map.of()),
          404,
          "execution.not-found",
          "");
    }
    assertThat(types(events(id))).doesNotContain("node-released").containsOnlyOnce("suspended");
    agrees(id);
  }

  @Test
  void it_stays_suspended_when_the_server_is_killed_and_goes_on_afterwards() throws Exception {
    String id = begin("kill");
    suspend(id);
    gates.open("kill-count", 200);
    awaitNode(id, "count", "COMPLETED");

    node.killNine();
    node.start();
    node.awaitReady();

    await(id, "SUSPENDED");
    Await.until("the lost call is made again", LIMIT, () -> gates.calls("kill-weigh") > 1);
    gates.open("kill-weigh", 200);
    awaitNode(id, "weigh", "COMPLETED");
    assertThat(get(ROUTE + id).path("status").asString()).isEqualTo("SUSPENDED");
    assertThat(shipments(id)).isZero();
    assertThat(types(events(id))).doesNotContain("node-released", "completed");

    Http.Answer resumed = http.post(ROUTE + id + "/resume", "{}", Map.of());
    assertThat(resumed.status()).as(resumed.text()).isEqualTo(202);
    await(id, "COMPLETED");

    assertThat(shipments(id)).isEqualTo(1);
    agrees(id);
    assertThat(get("/api/v1/verify").path("valid").asBoolean()).isTrue();
  }

  @Test
  void what_failed_while_it_was_suspended_is_retried_together_with_what_was_held_back()
      throws Exception {
    String id = begin("fail");
    suspend(id);
    gates.open("fail-count", 200);
    awaitNode(id, "count", "COMPLETED");
    gates.open("fail-weigh", 422);
    await(id, "FAILED");
    refused(http.post(ROUTE + id + "/resume", "", Map.of()), 409, "execution.terminal", "FAILED");

    gates.open("fail-weigh", 200);
    Http.Answer retried = http.post(ROUTE + id + "/retry", "{}", Map.of());
    assertThat(retried.status()).as(retried.text()).isEqualTo(202);
    assertThat(retried.body().path("status").asString()).isEqualTo("RUNNING");
    await(id, "COMPLETED");

    assertThat(gates.calls("fail-count")).isEqualTo(1);
    assertThat(gates.calls("fail-weigh")).isEqualTo(2);
    assertThat(shipments(id)).isEqualTo(1);
    assertThat(types(events(id))).containsOnlyOnce("node-released");
    agrees(id);
  }

  @Test
  void a_suspended_execution_can_be_cancelled() throws Exception {
    String id = begin("cancel");
    suspend(id);

    Http.Answer cancelled = http.post(ROUTE + id + "/cancel", "{}", Map.of());

    assertThat(cancelled.status()).as(cancelled.text()).isEqualTo(202);
    await(id, "CANCELLED");
    refused(
        http.post(ROUTE + id + "/resume", "", Map.of()), 409, "execution.terminal", "CANCELLED");
    agrees(id);
  }

  /** Starts one whose first two calls have come to their gates. */
  private static String begin(String name) throws Exception {
    String body =
        "{\"definition\":\"suspended_parcel\",\"input\":{\"count\":\"%1$s-count\",\"weigh\":\"%1$s-weigh\"}}"
            .formatted(name);
    Http.Answer started = http.post("/api/v1/executions", body, Map.of());
    assertThat(started.status()).as(started.text()).isEqualTo(201);
    for (String step : List.of("-count", "-weigh")) {
      Await.until("a call at " + name + step, LIMIT, () -> gates.calls(name + step) > 0);
    }
    return started.body().path("executionId").asString();
  }

  private static void suspend(String id) throws Exception {
    Http.Answer suspended = http.post(ROUTE + id + "/suspend", "{}", Map.of());
    assertThat(suspended.status()).as(suspended.text()).isEqualTo(202);
    await(id, "SUSPENDED");
  }

  private static void await(String id, String status) {
    Await.value(
        id + " is " + status,
        LIMIT,
        () -> get(ROUTE + id).path("status").asString("").equals(status) ? true : null,
        () -> tell(id));
  }

  private static void awaitNode(String id, String name, String status) {
    Await.value(
        name + " is " + status,
        LIMIT,
        () -> {
          for (JsonNode each : get(ROUTE + id).path("nodes")) {
            if (each.path("id").asString("").equals(name)
                && each.path("status").asString("").equals(status)) {
              return true;
            }
          }
          return null;
        },
        () -> tell(id));
  }

  private static String tell(String id) {
    try {
      return "but " + get(ROUTE + id) + " after " + types(events(id));
    } catch (Exception e) {
      return "and it cannot be read: " + e;
    }
  }

  private static JsonNode get(String route) throws Exception {
    return http.get(route).body();
  }

  private static String stateAt(String id, int sequence) throws Exception {
    return get(ROUTE + id + "/state?at=" + sequence).path("status").asString("");
  }

  private static List<JsonNode> events(String id) throws Exception {
    var events = new ArrayList<JsonNode>();
    get(ROUTE + id + "/events?limit=100").path("items").forEach(events::add);
    return events;
  }

  private static List<String> types(List<JsonNode> events) {
    return events.stream()
        .map(event -> event.path("type").asString().substring("execution.".length()))
        .toList();
  }

  private static void leadsNowhere(JsonNode event) {
    for (String member : List.of("taken", "activated", "scheduled", "timers", "skipped")) {
      assertThat(event.path("data").path(member).isEmpty()).as("%s of %s", member, event).isTrue();
    }
  }

  private static int shipments(String id) throws Exception {
    int calls = 0;
    for (JsonNode call : installation.shop().get("/journal?limit=10000").body().path("items")) {
      if (call.path("key").asString("").startsWith(id)) {
        calls++;
      }
    }
    return calls;
  }

  private static void agrees(String id) throws Exception {
    JsonNode fold = IndependentFold.fold(events(id), NODES);
    assertThat(IndependentFold.differences(fold, get(ROUTE + id))).isEmpty();
    assertThat(IndependentFold.differences(fold, get(ROUTE + id + "/state"))).isEmpty();
  }

  private static void conflict(Http.Answer answer) {
    refused(answer, 412, "version.conflict", "");
  }

  private static void refused(Http.Answer answer, int status, String code, String now) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.body().path("code").asString("")).isEqualTo(code);
    assertThat(answer.body().path("executionStatus").asString("")).isEqualTo(now);
  }

  private String varve(String... arguments) throws Exception {
    Path log = Files.createTempFile(directory, "varve", ".txt");
    var environment = Map.of("VARVE_SERVER", "http://127.0.0.1:" + node.port());
    try (var process =
        JavaProcess.start("dev.varve.cli.Varve", List.of(arguments), environment, log)) {
      assertThat(process.awaitExit(60)).as(Files.readString(log)).isZero();
      return Files.readString(log);
    }
  }
}
