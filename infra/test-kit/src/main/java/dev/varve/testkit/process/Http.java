package dev.varve.testkit.process;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A plain HTTP client of one server, for tests. */
public final class Http {
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNameLength(Integer.MAX_VALUE).build())
                  .build())
          .build();
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();
  private final String base;

  /** Makes a client of the server at {@code base}, e.g. {@code http://127.0.0.1:8080}. */
  public Http(String base) {
    this.base = base;
  }

  /**
   * An answer.
   *
   * @param status HTTP status
   * @param body parsed body; a missing node when there was none
   * @param text the body as it came
   * @param response the whole response, for its headers
   */
  public record Answer(int status, JsonNode body, String text, HttpResponse<String> response) {}

  /** Reads JSON of any server's answer, with names as long as they come. */
  public static JsonNode read(String json) {
    return JSON.readTree(json);
  }

  /** Gets {@code path}. */
  public Answer get(String path) throws IOException, InterruptedException {
    return send(request(path).GET());
  }

  /** Posts JSON text with extra headers. */
  public Answer post(String path, String body, Map<String, String> headers)
      throws IOException, InterruptedException {
    return post(path, "application/json", body, headers);
  }

  /** Posts any text with extra headers. */
  public Answer post(String path, String contentType, String body, Map<String, String> headers)
      throws IOException, InterruptedException {
    var request = request(path).header("Content-Type", contentType);
    headers.forEach(request::header);
    return send(request.POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(base + path)).timeout(TIMEOUT);
  }

  private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
    var response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    String text = response.body();
    boolean isJson = response.headers().firstValue("Content-Type").orElse("").contains("json");
    JsonNode body = isJson && !text.isEmpty() ? read(text) : JSON.missingNode();
    return new Answer(response.statusCode(), body, text, response);
  }
}
