package dev.varve.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.varve.server.e2e.OtlpReceiver.Span;
import dev.varve.testkit.process.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One trace from the caller's request to the called service, whatever happens in between. */
class TracingIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String CALLER = "00f067aa0ba902b7";
  private static final String TRACEPARENT = "00-" + TRACE + "-" + CALLER + "-01";
  private static final String SECRET = "not-for-collectors";

  private static Installation installation;

  private final List<String> called = new CopyOnWriteArrayList<>();
  private final CountDownLatch released = new CountDownLatch(1);
  private HttpServer service;

  @BeforeAll
  static void install() throws Exception {
    installation = new Installation();
  }

  @AfterAll
  static void close() {
    installation.close();
  }

  @BeforeEach
  void serve() throws IOException {
    service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    service.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    service.createContext("/held", exchange -> answer(exchange, called.isEmpty()));
    service.createContext("/", exchange -> answer(exchange, false));
    service.start();
  }

  @AfterEach
  void stop() {
    released.countDown();
    service.stop(0);
  }

  private void answer(HttpExchange exchange, boolean held) throws IOException {
    called.add(exchange.getRequestHeaders().getFirst("traceparent"));
    if (held) {
      try {
        released.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    exchange.sendResponseHeaders(200, -1);
    exchange.close();
  }

  private Map<String, String> settings() {
    return Map.of(
        "VARVE_LEASE", "1s", "VARVE_EGRESS_ALLOW", "127.0.0.1:" + service.getAddress().getPort());
  }

  private void publish(Installation.Node node, String name, String path) throws Exception {
    String yaml =
        """
        name: %s
        nodes:
          - { id: pause, type: delay, with: { duration: PT0.1S } }
          - { id: call, type: http, with: { method: POST, url: "http://127.0.0.1:%d%s",
              headers: { X-Secret: %s }, query: { token: %s } } }
        edges:
          - { from: pause, to: call }
        """
            .formatted(name, service.getAddress().getPort(), path, SECRET, SECRET);
    var answer = node.http().post("/api/v1/definitions", "application/yaml", yaml, Map.of());
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
  }

  private static String start(Installation.Node node, String name) throws Exception {
    var answer =
        node.http()
            .post(
                "/api/v1/executions",
                "{\"definition\":\"" + name + "\"}",
                Map.of("traceparent", TRACEPARENT));
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    return answer.body().path("executionId").asString();
  }

  private static void awaitCompleted(Installation.Node node, String id) {
    Await.until(
        "the execution completed",
        LIMIT,
        () ->
            node.http()
                .get("/api/v1/executions/" + id)
                .body()
                .path("status")
                .asString("")
                .equals("COMPLETED"));
  }

  @Test
  void without_a_collector_the_callers_trace_is_sent_on_as_it_came() throws Exception {
    Installation.Node node = installation.startNode("plain", settings());
    node.awaitReady();
    publish(node, "plain", "/");

    awaitCompleted(node, start(node, "plain"));

    assertThat(called).containsExactly(TRACEPARENT);
    installation.retire(node);
  }

  @Test
  void one_trace_leads_from_the_request_to_the_effect_across_a_crash() throws Exception {
    try (var collector = new OtlpReceiver()) {
      var settings = new java.util.HashMap<>(settings());
      settings.put("VARVE_TRACE_ENDPOINT", collector.url());
      Installation.Node node = installation.startNode("traced", settings);
      node.awaitReady();
      publish(node, "traced", "/held");

      String id = start(node, "traced");
      Await.until("the service is called", LIMIT, () -> called.size() == 1);
      awaitSpan(collector, "FireTimer");
      node.killNine();
      node.start();
      node.awaitReady();
      awaitCompleted(node, id);
      awaitSpan(collector, "CompleteTask");

      assertThat(called).hasSize(2).allMatch(each -> each.startsWith("00-" + TRACE + "-"));
      List<String> way = way(collector.spans(), called.get(1).substring(36, 52));
      assertThat(way)
          .containsExactly(
              "POST",
              "http",
              "LoseAttempt",
              "FireTimer",
              "StartExecution",
              "POST /api/v1/executions",
              CALLER);
      Span completion = span(collector.spans(), "CompleteTask");
      assertThat(completion.trace()).isEqualTo(TRACE);
      assertThat(completion.notes()).containsKeys("varve.position", "varve.partition");
      assertThat(completion.notes()).containsEntry("varve.execution.id", id);
      assertThat(collector.raw()).doesNotContain(SECRET);
      installation.retire(node);
    }
  }

  private static void awaitSpan(OtlpReceiver collector, String name) {
    Await.until(
        "span " + name,
        LIMIT,
        () -> collector.spans().stream().anyMatch(each -> each.name().equals(name)));
  }

  private static Span span(List<Span> spans, String name) {
    return spans.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
  }

  /** Returns the names from a span up to the first parent that was not made here. */
  private static List<String> way(List<Span> spans, String from) {
    var names = new java.util.ArrayList<String>();
    String next = from;
    while (true) {
      String id = next;
      var found = spans.stream().filter(each -> each.id().equals(id)).findFirst();
      if (found.isEmpty()) {
        names.add(id);
        return names;
      }
      assertThat(found.get().trace()).isEqualTo(TRACE);
      names.add(found.get().name());
      next = found.get().parent();
    }
  }
}
