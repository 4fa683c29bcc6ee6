package dev.varve.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.testkit.process.Await;
import dev.varve.testkit.process.Http;
import dev.varve.testkit.process.JavaProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server with its own database is killed; whoever starts next owns everything at once. */
class EmbeddedKillIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final List<String> PROJECTIONS =
      List.of("execution", "definition", "statistics", "work");
  private static final int EXECUTIONS = 20;
  private static final String HELLO =
      """
      name: hello
      nodes:
        - { id: only, type: task, handler: echo, with: { a: 1 } }
      """;

  @TempDir static Path home;

  private static JavaProcess start(int port) throws IOException {
    return ServerProgram.start(
        List.of(
            "server",
            "--storage",
            "embedded",
            "--port",
            Integer.toString(port),
            "--data-dir",
            home.resolve("data").toString()),
        Map.of(),
        home.resolve("server.log"));
  }

  private static void awaitReady(Http http, JavaProcess server) {
    Await.value(
        "the server is ready",
        LIMIT,
        () -> http.get("/health/ready").status() == 200 ? Boolean.TRUE : null,
        server::logTail);
  }

  private static int rebuild(Http http, String name) throws Exception {
    return http.post("/api/v1/projections/" + name + "/rebuild", "", Map.of()).status();
  }

  @Test
  void what_a_killed_rebuild_had_claimed_is_free_at_the_next_start() throws Exception {
    int port;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    var http = new Http("http://127.0.0.1:" + port);
    JavaProcess server = start(port);
    try {
      awaitReady(http, server);
      http.post("/api/v1/definitions", "application/yaml", HELLO, Map.of());
      for (int i = 0; i < EXECUTIONS; i++) {
        http.post("/api/v1/executions?wait=PT10S", "{\"definition\":\"hello\"}", Map.of());
      }
      for (String name : PROJECTIONS) {
        assertThat(rebuild(http, name)).isEqualTo(202);
      }
      server.killNine();

      server = start(port);
      awaitReady(http, server);
      for (String name : PROJECTIONS) {
        assertThat(rebuild(http, name)).as(name).isEqualTo(202);
      }
      Await.until(
          "all executions are shown",
          LIMIT,
          () ->
              http.get("/api/v1/executions?status=COMPLETED&limit=100").body().path("items").size()
                  == EXECUTIONS);
    } finally {
      int _ = server.stop();
      server.close();
    }
  }
}
