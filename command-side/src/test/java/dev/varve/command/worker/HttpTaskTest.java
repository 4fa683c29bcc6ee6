package dev.varve.command.worker;

import static dev.varve.command.worker.Attempts.http;
import static dev.varve.command.worker.Attempts.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class HttpTaskTest {
  private static final HttpSettings SMALL =
      new HttpSettings(
          1_000, Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofHours(1), 8);
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private final List<String> requests = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private HttpTask task;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(LOOPBACK, 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
    task = new HttpTask(allowLoopback(), SMALL, Instant::now);
  }

  @AfterEach
  void stop() {
    task.close();
    server.stop(0);
  }

  private EgressGuard allowLoopback() {
    return new EgressGuard("127.0.0.1:" + server.getAddress().getPort());
  }

  private String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  private void answer(String path, int status, String type, String body) {
    server.createContext(
        path,
        exchange -> {
          record(exchange);
          exchange.getResponseHeaders().add("Content-Type", type);
          send(exchange, status, body);
        });
  }

  private void record(HttpExchange exchange) throws IOException {
    requests.add(
        exchange.getRequestMethod()
            + " "
            + exchange.getRequestURI()
            + " "
            + exchange.getRequestHeaders().getFirst("Idempotency-Key")
            + " "
            + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  private TaskFailure failure(String with) {
    TaskFailure failure = catchThrowableOfType(TaskFailure.class, () -> task.handle(http(with)));
    assertThat(failure).as("expected a failure").isNotNull();
    return failure;
  }

  @Test
  void the_output_has_status_headers_and_parsed_body() throws Exception {
    answer("/stock", 201, "application/vnd.shop+json; charset=utf-8", "{\"unitPrice\": 3.0}");

    JsonNode output =
        task.handle(
            http(
                "{'method': 'POST', 'url': '"
                    + url("/stock")
                    + "', 'body': {'sku': 'a', 'n': 2}}"));

    assertThat(output.get("status").intValue()).isEqualTo(201);
    assertThat(output.get("headers").get("content-type").stringValue()).contains("shop+json");
    assertThat(output.get("body")).isEqualTo(json("{'unitPrice': 3.0}"));
    assertThat(requests)
        .containsExactly("POST /stock " + Attempts.EXECUTION + "/charge {\"sku\":\"a\",\"n\":2}");
  }

  @Test
  void text_and_empty_bodies_are_kept_as_they_are() throws Exception {
    answer("/text", 200, "text/plain; charset=iso-8859-1", "plain");
    answer("/none", 204, "application/json", "");

    assertThat(task.handle(http("{'url': '" + url("/text") + "'}")).get("body"))
        .isEqualTo(json("'plain'"));
    assertThat(task.handle(http("{'url': '" + url("/none") + "'}")).get("body").isNull()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 307, 400, 401, 404, 408, 409, 422, 425, 429, 500, 503})
  void a_status_that_is_no_success_fails_the_attempt(int status) {
    answer("/x", status, "text/plain", "because");

    TaskFailure failure = failure("{'url': '" + url("/x") + "'}");

    assertThat(failure.code()).isEqualTo("http.status-" + status);
    assertThat(failure.retryable()).isEqualTo(StatusCodes.retryable(status));
    assertThat(failure.error().details())
        .isEqualTo(json("{'status': " + status + ", 'body': 'because'}"));
  }

  @Test
  void a_redirect_is_not_followed() {
    var visited = new AtomicInteger();
    server.createContext(
        "/from",
        exchange -> {
          exchange.getResponseHeaders().add("Location", url("/to"));
          send(exchange, 302, "");
        });
    server.createContext(
        "/to",
        exchange -> {
          visited.incrementAndGet();
          send(exchange, 200, "");
        });

    assertThat(failure("{'url': '" + url("/from") + "'}").code()).isEqualTo("http.status-302");
    assertThat(visited).hasValue(0);
  }

  @Test
  void retry_after_is_handed_on() {
    server.createContext(
        "/busy",
        exchange -> {
          exchange.getResponseHeaders().add("Retry-After", "7");
          send(exchange, 429, "");
        });

    assertThat(failure("{'url': '" + url("/busy") + "'}").retryAfter())
        .isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void success_codes_of_the_node_decide() throws Exception {
    answer("/gone", 404, "text/plain", "gone");
    answer("/fine", 200, "text/plain", "fine");

    JsonNode output =
        task.handle(http("{'url': '" + url("/gone") + "', 'successCodes': ['400-404']}"));

    assertThat(output.get("status").intValue()).isEqualTo(404);
    assertThat(failure("{'url': '" + url("/fine") + "', 'successCodes': [201]}").code())
        .isEqualTo("http.status-200");
  }

  @Test
  void a_response_of_exactly_the_limit_passes_and_one_byte_more_does_not() throws Exception {
    answer("/fits", 200, "text/plain", "x".repeat(1_000));
    answer("/big", 200, "text/plain", "x".repeat(1_001));

    assertThat(task.handle(http("{'url': '" + url("/fits") + "'}")).get("body").stringValue())
        .hasSize(1_000);
    TaskFailure failure = failure("{'url': '" + url("/big") + "'}");
    assertThat(failure.code()).isEqualTo("http.response-too-large");
    assertThat(failure.retryable()).isFalse();
  }

  @Test
  void an_endless_response_is_cut_off() {
    var written = new AtomicInteger();
    server.createContext(
        "/endless",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] chunk = new byte[8_192];
          try (OutputStream out = exchange.getResponseBody()) {
            while (written.addAndGet(chunk.length) < 1_000_000_000) {
              out.write(chunk);
            }
          }
        });

    assertThat(failure("{'url': '" + url("/endless") + "'}").code())
        .isEqualTo("http.response-too-large");
    assertThat(written.get()).isLessThan(100_000_000);
  }

  @Test
  void malformed_json_fails_the_attempt() {
    answer("/bad", 200, "application/json", "{\"a\":");

    assertThat(failure("{'url': '" + url("/bad") + "'}").code()).isEqualTo("http.response-invalid");
  }

  @Test
  void a_body_that_never_ends_is_bounded_by_time() throws IOException {
    var quick =
        new HttpSettings(
            1_000, Duration.ofSeconds(5), Duration.ofMillis(200), Duration.ofHours(1), 8);
    try (var impatient = new HttpTask(allowLoopback(), quick, Instant::now)) {
      server.createContext(
          "/slow",
          exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write('x');
            exchange.getResponseBody().flush();
          });

      TaskFailure failure =
          catchThrowableOfType(
              TaskFailure.class, () -> impatient.handle(http("{'url': '" + url("/slow") + "'}")));

      assertThat(failure.code()).isEqualTo("http.timeout");
      assertThat(failure.retryable()).isTrue();
    }
  }

  @Test
  void an_interrupt_ends_the_request() throws Exception {
    server.createContext("/hang", exchange -> record(exchange));
    var seen = new CopyOnWriteArrayList<Throwable>();
    Thread worker =
        Thread.startVirtualThread(() -> {
          try {
            task.handle(http("{'url': '" + url("/hang") + "'}"));
          } catch (Exception ended) {
            seen.add(ended);
          }
        });
    while (requests.isEmpty()) {
      Thread.onSpinWait();
    }

    worker.interrupt();

    assertThat(worker.join(Duration.ofSeconds(10))).isTrue();
    assertThat(seen).singleElement().isInstanceOf(InterruptedException.class);
  }

  @Test
  void a_refused_connection_may_be_tried_again() throws IOException {
    int port;
    try (var socket = new ServerSocket(0, 1, LOOPBACK)) {
      port = socket.getLocalPort();
    }
    try (var open = new HttpTask(new EgressGuard("127.0.0.1"), SMALL, Instant::now)) {
      TaskFailure failure =
          catchThrowableOfType(
              TaskFailure.class,
              () -> open.handle(http("{'url': 'http://127.0.0.1:" + port + "/'}")));

      assertThat(failure.code()).isEqualTo("http.connect");
      assertThat(failure.retryable()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:1/",
        "http://127.1/",
        "http://2130706433/",
        "http://[::1]:1/",
        "http://[::ffff:127.0.0.1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[fd00:ec2::254]/",
        "http://localhost/",
        "http://localhost./",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "https://10.0.0.1/",
        "http://0.0.0.0/",
        "http://[::]/",
        "http://[64:ff9b::7f00:1]/"
      })
  void an_address_of_the_inside_is_blocked(String url) {
    TaskFailure failure = failure("{'url': '" + url + "'}");

    assertThat(failure.code()).isEqualTo("http.blocked");
    assertThat(failure.retryable()).isFalse();
  }

  @Test
  void a_name_that_leads_inside_is_blocked_even_among_public_addresses() throws Exception {
    var addresses = new InetAddress[] {InetAddress.ofLiteral("8.8.8.8"), LOOPBACK};
    try (var rebound = new HttpTask(new EgressGuard(""), SMALL, Instant::now, _ -> addresses)) {
      TaskFailure failure =
          catchThrowableOfType(
              TaskFailure.class, () -> rebound.handle(http("{'url': 'http://public.test/'}")));

      assertThat(failure.code()).isEqualTo("http.blocked");
    }
  }

  @Test
  void the_judged_address_is_the_one_connected_to() throws Exception {
    var asked = new AtomicInteger();
    answer("/x", 200, "text/plain", "inside");
    GuardedConnections.Names changing =
        _ -> new InetAddress[] {asked.getAndIncrement() == 0 ? LOOPBACK : unroutable()};
    int port = server.getAddress().getPort();
    try (var pinned =
        new HttpTask(new EgressGuard("shop.test:" + port), SMALL, Instant::now, changing)) {
      JsonNode output = pinned.handle(http("{'url': 'http://shop.test:" + port + "/x'}"));

      assertThat(output.get("body").stringValue()).isEqualTo("inside");
      assertThat(asked).hasValue(1);
    }
  }

  private static InetAddress unroutable() {
    return InetAddress.ofLiteral("192.0.2.1");
  }

  @Test
  void a_name_without_an_address_may_be_tried_again() {
    GuardedConnections.Names nobody =
        host -> {
          throw new UnknownHostException(host);
        };
    try (var lost = new HttpTask(new EgressGuard(""), SMALL, Instant::now, nobody)) {
      TaskFailure failure =
          catchThrowableOfType(
              TaskFailure.class, () -> lost.handle(http("{'url': 'http://nobody.test/'}")));

      assertThat(failure.code()).isEqualTo("http.connect");
      assertThat(failure.retryable()).isTrue();
    }
  }
}
