package dev.varve.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls a shop as a workflow would. */
final class Caller implements AutoCloseable {

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String base;

  Caller(Shop shop) {
    this.base = "http://127.0.0.1:" + shop.port();
  }

  record Reply(int status, JsonNode body, HttpResponse<String> raw) {
    String text(String field) {
      return body.path(field).asString();
    }

    boolean isReplay() {
      return raw.headers().firstValue("Idempotent-Replay").isPresent();
    }
  }

  Reply post(String path, String body, String... headers) throws Exception {
    return send(request(path, headers).POST(HttpRequest.BodyPublishers.ofString(body)).build());
  }

  Reply get(String path) throws Exception {
    return send(request(path).GET().build());
  }

  Reply delete(String path) throws Exception {
    return send(request(path).DELETE().build());
  }

  private HttpRequest.Builder request(String path, String... headers) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(30));
    return headers.length == 0 ? builder : builder.headers(headers);
  }

  private Reply send(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
    return new Reply(answer.statusCode(), JsonMapper.shared().readTree(answer.body()), answer);
  }

  @Override
  public void close() {
    client.close();
  }
}
