package dev.varve.server.doors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.postgres.EphemeralPostgres;
import dev.varve.replay.http.EventStreamController;
import dev.varve.server.VarveServer;
import dev.varve.testkit.process.Await;
import dev.varve.testkit.process.Http;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/** Clients that read nothing of their answer, or leave in the middle of it. */
class SlowReaderIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String LEVEL = "logging.level.dev.varve.web";
  private static final int EXECUTIONS = 60;

  /** More than the socket buffers of both sides take. */
  private static final int INPUT_CHARS = 200_000;

  @Test
  void a_client_that_never_reads_is_dropped_after_the_limit_and_gives_its_place_back()
      throws Exception {
    try (var postgres = EphemeralPostgres.start();
        var server = start(postgres)) {
      String port = server.getEnvironment().getRequiredProperty("local.server.port");
      var http = new Http("http://127.0.0.1:" + port);
      fill(http);
      var streams = server.getBean(EventStreamController.class);
      try (var socket = new Socket()) {
        ask(socket, port, "/api/v1/events/stream");
        Await.until("it is served", LIMIT, () -> streams.open() == 1);

        Await.until("it is dropped", LIMIT, () -> streams.open() == 0);

        assertThat(socket.isClosed()).as("the client itself hung up").isFalse();
      }
      assertThat(http.get("/health/ready").status()).isEqualTo(200);
    }
  }

  @Test
  void a_client_that_leaves_in_the_middle_of_its_answer_is_no_fault_of_the_server()
      throws Exception {
    PrintStream console = System.out;
    var said = new ByteArrayOutputStream();
    System.setProperty(LEVEL, "DEBUG");
    System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
    try (var postgres = EphemeralPostgres.start();
        var server = start(postgres)) {
      String port = server.getEnvironment().getRequiredProperty("local.server.port");
      fill(new Http("http://127.0.0.1:" + port));
      try (var socket = new Socket()) {
        ask(socket, port, "/api/v1/events?limit=1000");
        assertThat(socket.getInputStream().read()).as("first byte").isEqualTo('H');
        socket.setSoLinger(true, 0);
      }

      Await.until(
          "it is noticed",
          LIMIT,
          () -> said.toString(StandardCharsets.UTF_8).contains("ProblemAdvice"));

      assertThat(said.toString(StandardCharsets.UTF_8))
          .contains("client left before the end of its answer")
          .doesNotContain("ERROR", "request failed");
    } finally {
      System.setOut(console);
      System.clearProperty(LEVEL);
      console.print(said.toString(StandardCharsets.UTF_8));
    }
  }

  private static ConfigurableApplicationContext start(EphemeralPostgres postgres) {
    return VarveServer.start(
        "server",
        "--varve.port=0",
        "--varve.client-timeout=2s",
        "--varve.database-url=" + RunningServer.databaseUrl(postgres),
        "--varve.data-dir=" + postgres.server().directory().resolveSibling("varve-slow"));
  }

  /** Asks with a small window, so that the answer cannot be put away unread. */
  private static void ask(Socket socket, String port, String path) throws Exception {
    socket.setReceiveBufferSize(4_096);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port)));
    String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
  }

  private static void fill(Http http) throws Exception {
    String yaml = "name: big\nnodes: [ { id: a, type: end } ]\n";
    assertThat(http.post("/api/v1/definitions", "application/yaml", yaml, Map.of()).status())
        .isEqualTo(201);
    String body =
        "{\"definition\":\"big\",\"input\":{\"text\":\"" + "x".repeat(INPUT_CHARS) + "\"}}";
    for (int i = 0; i < EXECUTIONS; i++) {
      Http.Answer answer = http.post("/api/v1/executions", body, Map.of());
      assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    }
  }
}
