package dev.varve.server.doors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.common.Limits;
import dev.varve.replay.http.EventStreamController;
import dev.varve.testkit.process.Await;
import dev.varve.testkit.process.Http;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Events as they are committed, over real HTTP. */
@ExtendWith(RunningServer.Extension.class)
class EventStreamIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String SLOWLY =
      """
      name: slowly
      nodes:
        - { id: one, type: transform, with: { a: 1 } }
        - { id: wait, type: delay, with: { duration: PT0.5S } }
        - { id: two, type: task, handler: echo, with: { b: 2 } }
      edges: [ { from: one, to: wait }, { from: wait, to: two } ]
      """;

  private static RunningServer server;
  private static Http http;

  @BeforeAll
  static void publish(RunningServer running) throws Exception {
    server = running;
    http = running.http();
    assertThat(http.post("/api/v1/definitions", "application/yaml", SLOWLY, Map.of()).status())
        .isLessThan(300);
  }

  private static String start() throws Exception {
    Http.Answer started = http.post("/api/v1/executions", "{\"definition\":\"slowly\"}", Map.of());
    assertThat(started.status()).as(started.text()).isEqualTo(201);
    return started.body().path("executionId").asString();
  }

  private static String streamOf(String id) {
    return server.url() + "/api/v1/executions/" + id + "/events/stream";
  }

  @Test
  void an_execution_is_followed_to_its_end() throws Exception {
    String id = start();
    try (var stream = new SseClient(streamOf(id), null)) {
      assertThat(stream.status()).isEqualTo(200);
      List<SseClient.Event> events = stream.rest();

      assertThat(events.getFirst().type()).isEqualTo("execution.started");
      assertThat(events.getLast().type()).isEqualTo("execution.completed");
      for (int i = 0; i < events.size(); i++) {
        assertThat(events.get(i).id()).isEqualTo(Integer.toString(i));
        assertThat(events.get(i).data().path("sequence").asInt()).isEqualTo(i);
      }
    }
  }

  @Test
  void a_stream_goes_on_after_the_last_event_and_says_when_there_is_no_more() throws Exception {
    String id = start();
    String last;
    try (var stream = new SseClient(streamOf(id), null)) {
      stream.next();
      last = stream.lastId();
    }
    try (var again = new SseClient(streamOf(id), last)) {
      List<SseClient.Event> rest = again.rest();
      assertThat(rest.getFirst().id()).isEqualTo("1");
      last = rest.getLast().id();
    }
    try (var over = new SseClient(streamOf(id), last)) {
      assertThat(over.status()).isEqualTo(204);
    }
  }

  @Test
  void the_feed_is_complete_and_goes_on_where_it_was_left() throws Exception {
    start();
    List<String> streamed = new ArrayList<>();
    String last = null;
    List<String> expected = FeedPages.positions(http);
    while (streamed.size() < expected.size()) {
      try (var stream = new SseClient(server.url() + "/api/v1/events/stream?data=false", last)) {
        for (int i = 0; i < 500 && streamed.size() < expected.size(); i++) {
          SseClient.Event event = Objects.requireNonNull(stream.next());
          streamed.add(event.data().path("position").asString());
        }
        last = stream.lastId();
      }
    }
    assertThat(streamed).isEqualTo(expected);
  }

  @Test
  void a_silent_stream_sends_heartbeats_that_move_on() throws Exception {
    String types = "?types=execution.timed-out";
    try (var stream = new SseClient(server.url() + "/api/v1/events/stream" + types, null)) {
      stream.awaitComment();
      stream.awaitComment();
      assertThat(stream.lastId()).as("moves on past what is not shown").isNotNull();
    }
  }

  @Test
  void a_client_that_is_gone_gives_its_place_back() throws Exception {
    var streams = server.context().getBean(EventStreamController.class);
    int before = streams.open();
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      String request = "GET /api/v1/events/stream HTTP/1.1\r\nHost: localhost\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      Await.until("it is served", LIMIT, () -> streams.open() > before);
    }
    Await.until("its place is free", LIMIT, () -> streams.open() <= before);
  }

  @Test
  void one_stream_too_many_is_refused_and_the_others_go_on() throws Exception {
    var streams = server.context().getBean(EventStreamController.class);
    Await.until("others are gone", LIMIT, () -> streams.open() == 0);
    String end = FeedPages.positions(http).getLast();
    List<Socket> sockets = new ArrayList<>();
    try {
      while (sockets.size() < Limits.STREAMS_MAX) {
        sockets.add(served(end));
      }
      assertThat(streams.open()).isEqualTo(Limits.STREAMS_MAX);

      Http.Answer refused = http.get("/api/v1/events/stream");

      assertThat(refused.status()).as(refused.text()).isEqualTo(429);
      assertThat(refused.body().path("code").asString()).isEqualTo("server.overloaded");
      assertThat(refused.response().headers().firstValue("Retry-After")).isPresent();
      assertThat(streams.open()).isEqualTo(Limits.STREAMS_MAX);
    } finally {
      for (Socket each : sockets) {
        each.close();
      }
    }
    Await.until("their places are free", LIMIT, () -> streams.open() == 0);
  }

  /** Opens one stream and waits until it is answered, so that they do not all rush in. */
  private static Socket served(String after) throws Exception {
    var socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket.setSoTimeout((int) LIMIT.toMillis());
    String request =
        "GET /api/v1/events/stream?after=" + after + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
    byte[] line = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
    assertThat(new String(line, StandardCharsets.UTF_8)).isEqualTo("HTTP/1.1 200");
    return socket;
  }
}
