package dev.varve.server.doors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.postgres.EphemeralPostgres;
import dev.varve.replay.http.EventStreamController;
import dev.varve.server.VarveServer;
import dev.varve.testkit.process.Await;
import dev.varve.testkit.process.Http;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A client that asks for a stream and then reads nothing of it, by a socket of its own. */
class SlowReaderIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int EXECUTIONS = 60;

  /** More than the socket buffers of both sides take. */
  private static final int INPUT_CHARS = 200_000;

  @Test
  void a_client_that_never_reads_is_dropped_after_the_limit_and_gives_its_place_back()
      throws Exception {
    try (var postgres = EphemeralPostgres.start();
        var server =
            VarveServer.start(
                "server",
                "--varve.port=0",
                "--varve.client-timeout=2s",
                "--varve.database-url=postgresql://"
                    + postgres.user()
                    + ":"
                    + postgres.password()
                    + "@127.0.0.1:"
                    + postgres.server().port()
                    + "/postgres",
                "--varve.data-dir=" + postgres.server().directory().resolveSibling("varve-slow"))) {
      String port = server.getEnvironment().getRequiredProperty("local.server.port");
      var http = new Http("http://127.0.0.1:" + port);
      fill(http);
      var streams = server.getBean(EventStreamController.class);
      try (var socket = new Socket()) {
        socket.setReceiveBufferSize(4_096);
        socket.connect(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port)));
        String request = "GET /api/v1/events/stream HTTP/1.1\r\nHost: localhost\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
        Await.until("it is served", LIMIT, () -> streams.open() == 1);

        Await.until("it is dropped", LIMIT, () -> streams.open() == 0);

        assertThat(socket.isClosed()).as("the client itself hung up").isFalse();
      }
      assertThat(http.get("/health/ready").status()).isEqualTo(200);
    }
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
