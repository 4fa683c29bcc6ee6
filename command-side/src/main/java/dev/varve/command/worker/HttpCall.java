package dev.varve.command.worker;

import java.net.IDN;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One request, read from an {@code http} node's resolved configuration.
 *
 * @param method in upper case
 * @param uri absolute, {@code http} or {@code https}, without user info
 * @param headers name and value, in the order given
 * @param body null for none
 * @param success which statuses are success
 */
record HttpCall(
    String method,
    URI uri,
    List<Map.Entry<String, String>> headers,
    @Nullable HttpEntity body,
    StatusCodes success) {
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  /** Headers that belong to the connection: a definition that set them could smuggle a request. */
  private static final Set<String> OWN_HEADERS =
      Set.of(
          "host",
          "transfer-encoding",
          "content-length",
          "connection",
          "keep-alive",
          "upgrade",
          "expect",
          "te",
          "trailer",
          "accept-encoding");

  /** Some programs read such a number as octal, others as decimal. */
  private static final Pattern OCTAL = Pattern.compile("(\\d+\\.)*0\\d+(\\.\\d+)*");

  private static final int HEADERS_MAX = 100;
  private static final int HEADER_CHARS_MAX = 8_192;
  private static final int URL_CHARS_MAX = 8_192;
  private static final String TOKEN_EXTRA = "!#$%&'*+-.^_`|~";

  /** Reads {@code with} for a call that belongs to no trace. */
  static HttpCall of(JsonNode with, String key) throws TaskFailure {
    return of(with, key, null);
  }

  /**
   * Reads {@code with}; {@code key} is sent as {@code Idempotency-Key}, and a well-formed {@code
   * traceparent} as what it is, unless the node gives one.
   */
  static HttpCall of(JsonNode with, String key, @Nullable String traceparent) throws TaskFailure {
    String method = method(with);
    List<Map.Entry<String, String>> headers = headers(with.path("headers"));
    HttpEntity body = body(with.get("body"), headers);
    if (!has(headers, "Idempotency-Key")) {
      headers.add(Map.entry("Idempotency-Key", key));
    }
    if (TraceParent.wellFormed(traceparent) && !has(headers, TraceParent.HEADER)) {
      headers.add(Map.entry(TraceParent.HEADER, traceparent));
    }
    if (!has(headers, "Accept")) {
      headers.add(Map.entry("Accept", "application/json, */*;q=0.5"));
    }
    return new HttpCall(
        method,
        uri(with.path("url"), with.path("query")),
        List.copyOf(headers),
        body,
        StatusCodes.of(with.path("successCodes")));
  }

  /** Reads the method, in upper case. */
  static String method(JsonNode with) throws TaskFailure {
    String method = text(with.path("method"), "method", "GET").toUpperCase(Locale.ROOT);
    if (!METHODS.contains(method)) {
      throw invalid("Expected method to be one of " + METHODS.stream().sorted().toList());
    }
    return method;
  }

  private static URI uri(JsonNode url, JsonNode query) throws TaskFailure {
    String text = text(url, "url", "");
    if (text.isEmpty() || text.length() > URL_CHARS_MAX) {
      throw invalid("Expected url to have 1 to " + URL_CHARS_MAX + " characters");
    }
    try {
      URI given = new URI(text);
      String scheme = given.getScheme() == null ? "" : given.getScheme().toLowerCase(Locale.ROOT);
      if (!scheme.equals("http") && !scheme.equals("https")) {
        throw blocked("Expected url to begin with http:// or https://");
      }
      String authority = given.getRawAuthority() == null ? "" : given.getRawAuthority();
      if (authority.indexOf('@') >= 0) {
        throw blocked("Expected url to have no user information");
      }
      return assemble(given, scheme, ascii(authority), query);
    } catch (URISyntaxException | IllegalArgumentException _) {
      throw invalid("Expected url to be a valid address: " + Messages.plain(text, 200));
    }
  }

  private static URI assemble(URI given, String scheme, String authority, JsonNode query)
      throws URISyntaxException, TaskFailure {
    var text = new StringBuilder(scheme).append("://").append(authority);
    String path = given.getRawPath();
    text.append(path == null || path.isEmpty() ? "/" : path);
    String all = join(given.getRawQuery(), parameters(query));
    if (!all.isEmpty()) {
      text.append('?').append(all);
    }
    URI uri = new URI(text.toString());
    // Null for every form of host that the URI syntax does not know, e.g. 127.1 and 0x7f.1.
    String host = uri.getHost();
    if (host == null || host.isEmpty() || host.indexOf('%') >= 0) {
      throw blocked("Expected url to name a host");
    }
    if (OCTAL.matcher(host).matches()) {
      throw blocked("Expected url to have an address without leading zeros");
    }
    if (uri.getPort() == 0 || uri.getPort() > 65_535) {
      throw invalid("Expected url to have a port from 1 to 65535");
    }
    return uri;
  }

  private static String ascii(String authority) {
    boolean foreign = authority.chars().anyMatch(c -> c > 0x7f);
    return foreign ? IDN.toASCII(authority) : authority;
  }

  private static String join(@Nullable String given, String added) {
    if (given == null || given.isEmpty()) {
      return added;
    }
    return added.isEmpty() ? given : given + "&" + added;
  }

  private static String parameters(JsonNode query) throws TaskFailure {
    if (!query.isMissingNode() && !query.isNull() && !query.isObject()) {
      throw invalid("Expected query to be an object");
    }
    var parts = new ArrayList<String>();
    for (Map.Entry<String, JsonNode> each : query.properties()) {
      JsonNode value = each.getValue();
      for (JsonNode item : value.isArray() ? value : List.of(value)) {
        if (!item.isNull()) {
          parts.add(encode(each.getKey()) + "=" + encode(scalar(item, "query." + each.getKey())));
        }
      }
    }
    return String.join("&", parts);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static List<Map.Entry<String, String>> headers(JsonNode headers) throws TaskFailure {
    if (!headers.isMissingNode() && !headers.isNull() && !headers.isObject()) {
      throw headerInvalid("Expected headers to be an object");
    }
    if (headers.size() > HEADERS_MAX) {
      throw headerInvalid("Expected at most " + HEADERS_MAX + " headers");
    }
    var all = new ArrayList<Map.Entry<String, String>>();
    for (Map.Entry<String, JsonNode> each : headers.properties()) {
      if (!each.getValue().isNull()) {
        all.add(header(each.getKey(), scalar(each.getValue(), "headers." + each.getKey())));
      }
    }
    return all;
  }

  private static Map.Entry<String, String> header(String name, String value) throws TaskFailure {
    String lower = name.toLowerCase(Locale.ROOT);
    if (name.isEmpty() || !name.chars().allMatch(HttpCall::tokenCharacter)) {
      throw headerInvalid("Expected a header name, but got '" + Messages.plain(name, 64) + "'");
    }
    if (OWN_HEADERS.contains(lower) || lower.startsWith("proxy-")) {
      throw headerInvalid("Expected no header " + name + ": it belongs to the connection");
    }
    if (name.length() + value.length() > HEADER_CHARS_MAX
        || !value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c < 0x7f))) {
      throw headerInvalid(
          "Expected header " + name + " to be printable ASCII of at most 8,192 characters");
    }
    return Map.entry(name, value);
  }

  private static boolean tokenCharacter(int c) {
    return (c >= '0' && c <= '9')
        || (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || TOKEN_EXTRA.indexOf(c) >= 0;
  }

  private static @Nullable HttpEntity body(
      @Nullable JsonNode body, List<Map.Entry<String, String>> headers) {
    if (body == null || body.isNull()) {
      return null;
    }
    String type = null;
    for (Map.Entry<String, String> each : headers) {
      if (each.getKey().equalsIgnoreCase("Content-Type")) {
        type = each.getValue();
      }
    }
    if (type == null) {
      headers.add(Map.entry("Content-Type", "application/json"));
    }
    boolean text = body.isString() && type != null && !HttpBodies.isJson(type);
    return new ByteArrayEntity(
        text ? body.stringValue().getBytes(StandardCharsets.UTF_8) : HttpBodies.write(body), null);
  }

  private static boolean has(List<Map.Entry<String, String>> headers, String name) {
    return headers.stream().anyMatch(each -> each.getKey().equalsIgnoreCase(name));
  }

  private static String text(JsonNode node, String member, String otherwise) throws TaskFailure {
    if (node.isMissingNode() || node.isNull()) {
      return otherwise;
    }
    if (!node.isString()) {
      throw invalid("Expected " + member + " to be text");
    }
    return node.stringValue();
  }

  private static String scalar(JsonNode node, String member) throws TaskFailure {
    if (!node.isValueNode()) {
      throw invalid("Expected " + Messages.plain(member, 100) + " to be a single value");
    }
    return node.asString();
  }

  private static TaskFailure invalid(String message) {
    return new TaskFailure("http.request-invalid", message, false);
  }

  private static TaskFailure headerInvalid(String message) {
    return new TaskFailure("http.header-invalid", message, false);
  }

  private static TaskFailure blocked(String message) {
    return new TaskFailure("http.blocked", message, false);
  }
}
