package dev.varve.server;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/**
 * A short run through the doors on a throwaway database, for the JVM to learn which classes and
 * methods a start and a first request need. The launcher calls it to make the ahead-of-time cache.
 */
final class Training {
  /** The switch, set by the launcher only. */
  static final String PROPERTY = "varve.training";

  private static final int ROUNDS = 30;
  private static final String DEFINITION =
      """
      name: training
      input: { type: object, required: [n], properties: { n: { type: integer } } }
      nodes:
        - { id: ask, type: task, handler: echo, with: { n: "${input.n + 1}" } }
        - { id: show, type: transform, with: { text: "got ${nodes.ask.output.n}" } }
      edges:
        - { from: ask, to: show, when: "input.n >= 0" }
      output: { text: "${nodes.show.output.text}" }
      """;

  private final HttpClient http;
  private final String address;

  private Training(HttpClient http, String address) {
    this.http = http;
    this.address = address;
  }

  /** Starts, serves some requests to itself, stops. */
  static void run(String... args) {
    try (var server = VarveServer.start(args);
        var http = HttpClient.newHttpClient()) {
      String port = server.getEnvironment().getRequiredProperty("local.server.port");
      new Training(http, "http://127.0.0.1:" + port).requests();
    } catch (IOException e) {
      throw new IllegalStateException("The training could not reach its own server", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void requests() throws IOException, InterruptedException {
    post("/api/v1/definitions", "application/yaml", DEFINITION);
    for (int i = 0; i < ROUNDS; i++) {
      String body = "{\"definition\":\"training\",\"input\":{\"n\":" + i + "}}";
      post("/api/v1/executions?wait=PT10S", "application/json", body);
      get("/api/v1/executions?limit=5");
      get("/api/v1/events?limit=5");
      get("/health");
    }
    get("/api/v1/definitions");
    get("/api/v1/projections");
    get("/api/v1/verify");
    get("/metrics");
  }

  private void post(String route, String type, String body)
      throws IOException, InterruptedException {
    send(
        HttpRequest.newBuilder(URI.create(address + route))
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8)));
  }

  private void get(String route) throws IOException, InterruptedException {
    send(HttpRequest.newBuilder(URI.create(address + route)));
  }

  private void send(HttpRequest.Builder request) throws IOException, InterruptedException {
    var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() >= 300) {
      throw new IllegalStateException("The training was refused: " + answer.body());
    }
  }
}
