package dev.varve.server.doors;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads server-sent events, one after another. */
public final class SseClient implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final int status;
  private final InputStream body;
  private final BufferedReader lines;
  private @Nullable String lastId;
  private int comments;

  /**
   * One event.
   *
   * @param id where to go on
   * @param type its name
   * @param data parsed
   */
  public record Event(String id, String type, JsonNode data) {}

  /**
   * Opens a stream.
   *
   * @param lastEventId where to go on; null for the start
   */
  public SseClient(String url, @Nullable String lastEventId)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(url))
            .timeout(Duration.ofSeconds(20))
            .header("Accept", "text/event-stream");
    if (lastEventId != null) {
      request.header("Last-Event-ID", lastEventId);
    }
    HttpResponse<InputStream> response =
        HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    status = response.statusCode();
    body = response.body();
    lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    lastId = lastEventId;
  }

  public int status() {
    return status;
  }

  /** Returns the id to go on with; null when there was none. */
  public @Nullable String lastId() {
    return lastId;
  }

  /** Returns how many comments came. */
  public int comments() {
    return comments;
  }

  /** Returns the next event; null at the end of the stream. */
  public @Nullable Event next() throws IOException {
    String type = "";
    var data = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("id: ")) {
        lastId = line.substring(4);
      } else if (line.startsWith("event: ")) {
        type = line.substring(7);
      } else if (line.startsWith("data: ")) {
        data.append(line.substring(6));
      } else if (line.startsWith(":")) {
        comments++;
      } else if (line.isEmpty() && !data.isEmpty()) {
        return new Event(String.valueOf(lastId), type, JSON.readTree(data.toString()));
      }
    }
    return null;
  }

  /** Returns the rest, up to the end of the stream. */
  public List<Event> rest() throws IOException {
    List<Event> rest = new ArrayList<>();
    for (Event event = next(); event != null; event = next()) {
      rest.add(event);
    }
    return rest;
  }

  /** Reads until a comment has come. */
  public void awaitComment() throws IOException {
    int before = comments;
    while (comments == before) {
      String line = lines.readLine();
      if (line == null) {
        throw new AssertionError("Expected a comment, but the stream ended");
      }
      if (line.startsWith("id: ")) {
        lastId = line.substring(4);
      }
      comments += line.startsWith(":") ? 1 : 0;
    }
  }

  @Override
  public void close() throws IOException {
    body.close();
  }
}
