package dev.varve.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.server.doors.FeedPages;
import dev.varve.server.doors.SseClient;
import dev.varve.testkit.process.Http;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A server that is killed while it streams. */
class StreamResumeIT {
  private static final String START = "{\"definition\":\"said\"}";

  @Test
  void a_stream_goes_on_after_kill_nine_with_nothing_missing_and_nothing_twice() throws Exception {
    try (var installation = new Installation()) {
      var node = installation.startNode("alpha", Map.of());
      node.awaitReady();
      Http http = node.http();
      String yaml = "name: said\nnodes: [ { id: say, type: transform, with: { a: 1 } } ]\n";
      assertThat(http.post("/api/v1/definitions", "application/yaml", yaml, Map.of()).status())
          .isEqualTo(201);
      start(http, 50);
      List<String> seen = new ArrayList<>();
      String last;
      try (var stream = new SseClient(feed(node), null)) {
        last = read(stream, null, seen, 60);
        Thread writer = Thread.ofVirtual().start(() -> startUntilItFails(http));
        last = read(stream, last, seen, 100);
        node.killNine();
        last = read(stream, last, seen, Integer.MAX_VALUE);
        writer.join();
      }
      int before = seen.size();
      node.start();
      node.awaitReady();
      start(http, 20);
      List<String> expected = FeedPages.positions(http);
      try (var stream = new SseClient(feed(node), last)) {
        read(stream, last, seen, expected.size());
      }

      assertThat(before).isGreaterThanOrEqualTo(100).isLessThan(expected.size());
      assertThat(seen).isEqualTo(expected);
    }
  }

  private static String feed(Installation.Node node) {
    return "http://127.0.0.1:" + node.port() + "/api/v1/events/stream?data=false";
  }

  /** Reads until {@code seen} has {@code most} positions or the stream breaks. */
  private static @Nullable String read(
      SseClient stream, @Nullable String known, List<String> seen, int most) {
    String last = known;
    try {
      while (seen.size() < most) {
        SseClient.Event event = stream.next();
        if (event == null) {
          return last;
        }
        seen.add(event.data().path("position").asString());
        last = event.id();
      }
    } catch (IOException e) {
      return last; // cut off: an event that came in part is not one
    }
    return last;
  }

  private static void start(Http http, int count) throws IOException, InterruptedException {
    for (int i = 0; i < count; i++) {
      Http.Answer answer = http.post("/api/v1/executions", START, Map.of());
      assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    }
  }

  private static void startUntilItFails(Http http) {
    try {
      while (http.post("/api/v1/executions", START, Map.of()).status() == 201) {
        // as fast as they are acknowledged
      }
    } catch (IOException _) {
      // the server is gone, as it should be
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
