package dev.varve.cli;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/** Talks REST with one server. */
final class Api {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration REQUEST_TIMEOUT = Duration.ofMinutes(2);

  private static final int PAGE_ITEMS = 1_000;

  /** A server may hold names of members that are longer than the library reads by itself. */
  private final JsonMapper json =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNameLength(Integer.MAX_VALUE).build())
                  .build())
          .build();

  private final HttpClient client;
  private final String server;
  private final @Nullable String apiKey;

  Api(String server, @Nullable String apiKey) {
    this.server = server.endsWith("/") ? server.substring(0, server.length() - 1) : server;
    this.apiKey = apiKey;
    this.client = HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build();
  }

  JsonNode get(String path) {
    return send(request(path).GET());
  }

  /**
   * Gets the items of a list, page after page.
   *
   * @param path with a query, to which {@code limit} and {@code cursor} are added
   * @param most most items, at least 1
   */
  JsonNode all(String path, int most) {
    ArrayNode items = json.createArrayNode();
    String cursor = "";
    while (items.size() < most) {
      int limit = Math.min(PAGE_ITEMS, most - items.size());
      String query = (path.contains("?") ? "&" : "?") + "limit=" + limit + cursor;
      JsonNode page = get(path + query);
      page.path("items").forEach(items::add);
      if (!page.path("next").isString()) {
        break;
      }
      cursor = "&cursor=" + escape(page.path("next").asString());
    }
    return items;
  }

  JsonNode post(String path, String contentType, byte[] body, Map<String, String> headers) {
    var request = request(path).header("Content-Type", contentType);
    headers.forEach(request::header);
    return send(request.POST(HttpRequest.BodyPublishers.ofByteArray(body)));
  }

  JsonNode post(String path, JsonNode body, Map<String, String> headers) {
    return post(path, "application/json", json.writeValueAsBytes(body), headers);
  }

  /** Escapes one path segment or query value. */
  static String escape(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private HttpRequest.Builder request(String path) {
    var request =
        HttpRequest.newBuilder(URI.create(server + path))
            .timeout(REQUEST_TIMEOUT)
            .header("Accept", "application/json, application/problem+json");
    if (apiKey != null) {
      request.header("Authorization", "Bearer " + apiKey);
    }
    return request;
  }

  private JsonNode send(HttpRequest.Builder request) {
    try {
      var response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      JsonNode body = parse(response.body());
      if (response.statusCode() >= 300) {
        throw refused(response.statusCode(), body);
      }
      return body;
    } catch (ConnectException e) {
      throw new CliProblem(
          ExitCodes.UNAVAILABLE,
          "No server answers at "
              + server
              + ". Start one with ./varve, or name another with --server or VARVE_SERVER.",
          null);
    } catch (IOException e) {
      throw new CliProblem(ExitCodes.UNAVAILABLE, "Talking to " + server + " failed: " + e, null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliProblem(ExitCodes.FAILED, "Interrupted", null);
    }
  }

  private JsonNode parse(byte[] body) {
    try {
      return body.length == 0 ? json.nullNode() : json.readTree(body);
    } catch (tools.jackson.core.JacksonException e) {
      return json.getNodeFactory().stringNode(new String(body, StandardCharsets.UTF_8));
    }
  }

  private static CliProblem refused(int status, JsonNode body) {
    String message =
        body.isObject()
            ? body.path("code").asString("http." + status)
                + ": "
                + body.path("detail").asString(body.path("title").asString(""))
            : "HTTP " + status;
    return new CliProblem(ExitCodes.of(status), message, body.isObject() ? body : null);
  }
}
