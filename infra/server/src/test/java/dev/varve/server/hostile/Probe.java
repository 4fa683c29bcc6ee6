package dev.varve.server.hostile;

import dev.varve.server.doors.Described;
import dev.varve.testkit.process.Http;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Sends one input and checks what must hold of any answer, whatever the input was. */
final class Probe {
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);
  private static final List<String> INSIDES =
      List.of("Exception", "dev.varve.", "java.", "org.spring", "select ", "\tat ", "/work/");

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Described described = new Described();
  private final String base;
  private final Report report;

  /**
   * An answer.
   *
   * @param status HTTP status
   * @param body parsed; a missing node when it is no JSON
   * @param text as it came
   */
  record Reply(int status, JsonNode body, String text) {
    String code() {
      return body.path("code").asString("");
    }

    boolean refused() {
      return status >= 400;
    }
  }

  Probe(String base, Report report) {
    this.base = base;
    this.report = report;
  }

  /** Posts {@code body}; {@code what} names the input in the report. */
  Reply post(String path, byte[] body, Map<String, String> headers, String what) {
    var request =
        HttpRequest.newBuilder(URI.create(base + path))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    headers.forEach(request::header);
    return send(request, what);
  }

  /** Gets {@code path}, which must be escaped. */
  Reply get(String path, Map<String, String> headers, String what) {
    var request = HttpRequest.newBuilder(URI.create(base + path)).GET();
    headers.forEach(request::header);
    return send(request, what);
  }

  private Reply send(HttpRequest.Builder request, String what) {
    try {
      long begin = System.nanoTime();
      HttpResponse<String> response =
          client.send(
              request.timeout(ANSWER_LIMIT).build(),
              HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
      report.took(System.nanoTime() - begin, what);
      var reply = new Reply(response.statusCode(), parsed(response.body()), response.body());
      String type = response.headers().firstValue("Content-Type").orElse("");
      check(reply, type, what);
      String method = response.request().method();
      for (String fault : described.faults(method, path(response), reply.status(), reply.text())) {
        report.expect(false, what, "not as described: " + fault, reply);
      }
      return reply;
    } catch (IOException e) {
      report.miss(what + ": no answer: " + e);
      return new Reply(0, Documents.JSON.missingNode(), "");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted", e);
    }
  }

  private static String path(HttpResponse<?> response) {
    return response.request().uri().getPath();
  }

  private void check(Reply reply, String type, String what) {
    report.answered(reply);
    if (!reply.refused()) {
      return;
    }
    report.expect(reply.status() < 500 || reply.status() == 504, what, "a 5xx", reply);
    report.expect(type.startsWith("application/problem+json"), what, "no problem: " + type, reply);
    report.expect(report.isKnown(reply.code()), what, "an unknown code", reply);
    for (JsonNode error : reply.body().path("errors")) {
      String code = error.path("code").asString("");
      report.expect(report.isKnown(code), what, "an unknown fault " + code, reply);
      report.covered(code);
    }
    report.expect(reply.body().path("errors").size() <= 100, what, "too many faults", reply);
    report.expect(reply.text().length() < 200_000, what, "too long an answer", reply);
    for (String inside : INSIDES) {
      report.expect(!reply.text().contains(inside), what, "tells insides: " + inside, reply);
    }
  }

  private static JsonNode parsed(String text) {
    try {
      return text.isEmpty() ? Documents.JSON.missingNode() : Http.read(text);
    } catch (RuntimeException e) {
      return Documents.JSON.missingNode();
    }
  }
}
