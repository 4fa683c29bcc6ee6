package dev.varve.server.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.server.doors.RunningServer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Every valid sample, spoilt at every place in every way, and the corpus of bad input: each answer
 * is a refusal of the closed list that names the place, or the input was legal and did what it
 * says.
 *
 * <p>{@code -Dvarve.hostile.full=true} sends all; otherwise a seeded part.
 */
@ExtendWith(RunningServer.Extension.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HostileIT {
  static final boolean FULL = Boolean.getBoolean("varve.hostile.full");
  private static final long SEED = 20_261_121;
  private static final String DEFINITIONS = "/api/v1/definitions";

  private static final Report REPORT = new Report();
  private static RunningServer server;
  private static Probe probe;

  @BeforeAll
  static void publish_what_is_started(RunningServer running) throws Exception {
    server = running;
    probe = new Probe(running.url(), REPORT);
    for (String yaml : List.of(Targets.TARGET, Targets.ANY_INPUT, Targets.WAITING)) {
      byte[] body = yaml.getBytes(StandardCharsets.UTF_8);
      var answer = probe.post(DEFINITIONS, body, Targets.YAML, "a target");
      assertThat(answer.status()).as(answer.text()).isLessThan(300);
    }
  }

  @AfterAll
  static void print() {
    System.out.println(REPORT);
  }

  @Test
  @Order(1)
  void spoilt_definitions_are_refused_at_their_place_or_published() throws Exception {
    long before = server.events(List.of("definition.version-published"));
    var bodies = new SpoiltBodies(probe, REPORT, SEED, FULL ? 1 : 12);
    for (Samples.Sample sample : Samples.definitions()) {
      bodies.send(sample, Mutators.json(), Map.of("Content-Type", "application/json"));
      bodies.send(sample, Mutators.yaml(), Targets.YAML);
    }
    long written = server.events(List.of("definition.version-published")) - before;
    assertThat(written).as("versions written").isEqualTo(bodies.created());
    assertNoNewMisses();
  }

  @Test
  @Order(2)
  void spoilt_starts_are_refused_at_their_place_or_start_one_execution() throws Exception {
    long before = server.events(List.of("execution.started"));
    var bodies = new SpoiltBodies(probe, REPORT, SEED, FULL ? 1 : 3);
    for (Samples.Sample sample : Samples.requests()) {
      bodies.send(sample, Mutators.json(), Map.of("Content-Type", "application/json"));
    }
    long written = server.events(List.of("execution.started")) - before;
    assertThat(written).as("executions started").isEqualTo(bodies.created());
    assertNoNewMisses();
  }

  @Test
  @Order(3)
  void the_corpus_is_refused_as_documented() throws Exception {
    List<String> all = List.of("definition.version-published", "execution.started");
    long before = server.events(all);
    Corpus.send(probe, REPORT);
    assertThat(server.events(all)).as("events written").isEqualTo(before);
    assertNoNewMisses();
  }

  @Test
  @Order(4)
  void spoilt_parameters_headers_and_paths_are_refused_or_harmless() throws Exception {
    List<String> all = List.of("definition.version-published", "execution.cancelled");
    long before = server.events(all);
    new SpoiltRequests(probe, REPORT, server.port()).sendAll();
    assertThat(server.events(all)).as("events written").isEqualTo(before);
    assertNoNewMisses();
  }

  @Test
  @Order(5)
  void commands_that_do_not_fit_the_state_are_refused_and_change_nothing() throws Exception {
    Map<String, String> json = Map.of("Content-Type", "application/json");
    String waiting = "{\"definition\":\"waiting_target\",\"businessKey\":\"hostile\"}";
    Probe.Reply first = start(waiting, json);
    long before = server.events(Targets.ALL);
    Probe.Reply taken = start(waiting, json);
    String route = "/api/v1/executions/" + first.body().path("executionId").asString();
    Probe.Reply stale =
        probe.post(
            route + "/cancel",
            "{}".getBytes(StandardCharsets.UTF_8),
            Map.of("If-Match", "\"9\"", "Content-Type", "application/json"),
            "stale cancel");
    assertThat(server.events(Targets.ALL)).isEqualTo(before);
    Map<String, String> key = Map.of("Idempotency-Key", "h", "Content-Type", "application/json");
    Probe.Reply once = start("{\"definition\":\"any_input\"}", key);
    Probe.Reply reused = start("{\"definition\":\"any_input\",\"version\":1}", key);
    Probe.Reply ended = cancel(once, json);
    Probe.Reply sound = probe.post(route + "/retry", new byte[0], json, "retry of what runs");
    Probe.Reply running = probe.post(route + "/resume", new byte[0], json, "resume of what runs");
    Probe.Reply held = probe.post(route + "/suspend", new byte[0], json, "suspend");
    Probe.Reply again = probe.post(route + "/suspend", new byte[0], json, "suspend again");

    assertThat(taken.code()).isEqualTo("execution.business-key-taken");
    assertThat(stale.status()).isEqualTo(412);
    assertThat(stale.body().path("actualVersion").asString()).isEqualTo("0");
    assertThat(reused.code()).isEqualTo("command.id-reused");
    assertThat(ended.code()).isEqualTo("execution.terminal");
    assertThat(sound.code()).isEqualTo("execution.not-failed");
    assertThat(running.code()).isEqualTo("execution.not-suspended");
    assertThat(held.status()).isEqualTo(202);
    assertThat(again.code()).isEqualTo("execution.not-running");
    assertThat(cancel(first, json).status()).isEqualTo(202);
  }

  @Test
  @Order(6)
  void a_read_that_cannot_wait_says_so() {
    Map<String, String> json = Map.of("Content-Type", "application/json");
    for (int tries = 0; tries < 200; tries++) {
      Probe.Reply started = start("{\"definition\":\"any_input\"}", json);
      String route = "/api/v1/executions/" + started.body().path("executionId").asString();
      String position = started.body().path("position").asString();
      Probe.Reply read =
          probe.get(route + "?wait=PT0S&minPosition=" + position, Map.of(), "cannot wait");
      if (read.status() == 504) {
        assertThat(read.code()).isEqualTo("query.position-timeout");
        return;
      }
      assertThat(read.status()).as(read.text()).isEqualTo(200);
    }
    throw new AssertionError("Expected a read model that is once behind, in 200 tries");
  }

  private static Probe.Reply start(String body, Map<String, String> headers) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return probe.post("/api/v1/executions", bytes, headers, "start " + body);
  }

  private static Probe.Reply cancel(Probe.Reply started, Map<String, String> headers) {
    String id = started.body().path("executionId").asString();
    byte[] bytes = "{}".getBytes(StandardCharsets.UTF_8);
    return probe.post("/api/v1/executions/" + id + "/cancel", bytes, headers, "cancel");
  }

  @Test
  @Order(9)
  void every_code_was_covered_or_has_a_reason() {
    assertThat(REPORT.uncovered())
        .as("not covered and without a reason: " + REPORT)
        .isSubsetOf(CodesElsewhere.TESTS.keySet());
    assertThat(REPORT.inputs()).isGreaterThan(FULL ? 20_000 : 2_000);
  }

  private static void assertNoNewMisses() {
    assertThat(REPORT.missed()).as(REPORT.toString()).isZero();
  }
}
