package dev.varve.server.hostile;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Spoils everything about a request that is not its body. */
final class SpoiltRequests {
  private static final String ID = "01a1fc2f-5a83-7000-b569-698c1398ae65";
  private static final int READ_TIMEOUT_MS = 5_000;

  /** Values for query parameters and path segments, escaped. */
  private static final List<String> VALUES =
      List.of(
          "",
          "%20",
          "0",
          "-1",
          "1e9",
          "99999999999999999999",
          "NaN",
          "null",
          "true",
          "a",
          "%00",
          "a%00b",
          "%FF",
          "%C0%AF",
          "%ED%A0%80",
          "%F0%9F%92%A9",
          "%D0%B0",
          "%E2%80%AE",
          "..",
          "%2e%2e%2f",
          "%2F",
          "%5C",
          "%3B",
          ";a=b",
          "%25",
          "%27%20or%201%3D1--",
          "%3Cscript%3E",
          "%7B%22a%22%3A1%7D",
          "$%7Bjndi%3Aldap%3A%2F%2Fx%7D",
          "%0D%0AX-A%3A%20b",
          "a%2Cb",
          "x".repeat(3_000));

  private static final Map<String, List<String>> MORE =
      Map.of(
          "/api/v1/tasks",
          List.of("cursor", "limit", "minPosition", "wait"),
          "/api/v1/timers",
          List.of("cursor", "limit", "minPosition", "wait"),
          "/api/v1/executions/" + ID + "/state",
          List.of("at"),
          "/api/v1/executions/" + ID + "/diff",
          List.of("from", "to"));

  private static final Map<String, List<String>> PARAMETERS =
      Map.of(
          "/api/v1/executions",
          List.of(
              "status",
              "definition",
              "businessKey",
              "label",
              "startedAfter",
              "cursor",
              "limit",
              "minPosition",
              "wait",
              "unknown"),
          "/api/v1/definitions",
          List.of("cursor", "limit", "minPosition", "wait"),
          "/api/v1/definitions/target",
          List.of("minPosition", "wait"),
          "/api/v1/definitions/target/versions/1",
          List.of("minPosition", "wait"),
          "/api/v1/executions/" + ID,
          List.of("minPosition", "wait"),
          "/api/v1/executions/" + ID + "/events",
          List.of("after", "limit", "reverse", "data", "minPosition"),
          "/api/v1/events",
          List.of("after", "types", "limit", "data", "minPosition"));

  private static final List<String> PATHS =
      List.of(
          "/api/v1/executions/@",
          "/api/v1/executions/@/events",
          "/api/v1/executions/@/events/stream",
          "/api/v1/definitions/@",
          "/api/v1/definitions/@/versions/1",
          "/api/v1/definitions/target/versions/@",
          "/@");

  private static final List<String> HEADERS =
      List.of(
          "Idempotency-Key",
          "If-Match",
          "If-None-Match",
          "X-Correlation-Id",
          "traceparent",
          "Last-Event-ID",
          "Accept",
          "Accept-Encoding",
          "Accept-Language",
          "Authorization",
          "Content-Type",
          "Content-Encoding",
          "Range",
          "Cookie",
          "X-Forwarded-For",
          "Forwarded");

  private static final List<String> HEADER_VALUES =
      List.of(
          "",
          " ",
          "a",
          "a b",
          "*",
          "\"",
          "\"1",
          "W/\"1\"",
          "-1",
          "99999999999999999999",
          "../..",
          "text/html",
          "gzip",
          "///",
          ";",
          "Bearer",
          "Basic YTpi",
          "${jndi:ldap://x}",
          "x".repeat(201),
          "x".repeat(7_000));

  private final Probe probe;
  private final Report report;
  private final int port;

  SpoiltRequests(Probe probe, Report report, int port) {
    this.probe = probe;
    this.report = report;
    this.port = port;
  }

  void sendAll() throws IOException {
    PARAMETERS.forEach((path, names) -> names.forEach(name -> parameters(path, name)));
    MORE.forEach((path, names) -> names.forEach(name -> parameters(path, name)));
    for (String path : PATHS) {
      for (String value : VALUES) {
        probe.get(path.replace("@", value), Map.of(), "path " + shown(path + " " + value));
      }
    }
    for (String header : HEADERS) {
      for (String value : HEADER_VALUES) {
        headers(header, value);
      }
    }
    for (Raw raw : raws()) {
      raw(raw);
    }
  }

  private void parameters(String path, String name) {
    for (String value : VALUES) {
      String query = "?" + name + "=" + value;
      probe.get(path + query, Map.of(), "query " + shown(path + query));
    }
    String twice = path + "?" + name + "=a&" + name + "=b";
    probe.get(twice, Map.of(), "twice " + twice);
    String named = URLEncoder.encode(name + "[]", StandardCharsets.UTF_8);
    probe.get(path + "?" + named + "=a", Map.of(), "as list " + path);
  }

  private void headers(String header, String value) {
    String what = "header " + header + " " + shown(value);
    Map<String, String> headers = Map.of(header, value);
    probe.get("/api/v1/executions?limit=1", headers, what);
    probe.get("/api/v1/executions/" + ID, headers, what);
    probe.post("/api/v1/executions/" + ID + "/cancel", bytes("{}"), headers, what);
    probe.post("/api/v1/definitions?dryRun=true", bytes("{}"), headers, what);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String shown(String text) {
    return text.length() <= 120 ? text : text.substring(0, 120) + "...";
  }

  /**
   * Bytes that a well-made client would not send.
   *
   * @param status what the first line of the answer must begin with, after the version
   */
  private record Raw(String what, String request, String status) {}

  private static List<Raw> raws() {
    String host = "Host: localhost\r\nConnection: close\r\n";
    List<Raw> all = new ArrayList<>();
    all.add(new Raw("no HTTP", "hello\r\n\r\n", "400"));
    all.add(new Raw("no host", "GET /health HTTP/1.1\r\nConnection: close\r\n\r\n", "400"));
    all.add(new Raw("version 9", "GET /health HTTP/9.9\r\n" + host + "\r\n", "400"));
    all.add(
        new Raw("brackets", "GET /api/v1/executions?a=[1] HTTP/1.1\r\n" + host + "\r\n", "400"));
    all.add(
        new Raw("broken escape", "GET /api/v1/executions/%zz HTTP/1.1\r\n" + host + "\r\n", "400"));
    all.add(
        new Raw("NUL in path", "GET /api/v1/executions/%00 HTTP/1.1\r\n" + host + "\r\n", "40"));
    all.add(
        new Raw("raw UTF-8", "GET /api/v1/definitions/\u00e9 HTTP/1.1\r\n" + host + "\r\n", "400"));
    all.add(
        new Raw("method of own", "FETCH /api/v1/executions HTTP/1.1\r\n" + host + "\r\n", "405"));
    all.add(new Raw("trace", "TRACE /api/v1/executions HTTP/1.1\r\n" + host + "\r\n", "405"));
    all.add(new Raw("delete", "DELETE /api/v1/executions HTTP/1.1\r\n" + host + "\r\n", "405"));
    all.addAll(rawPosts(host));
    return all;
  }

  private static List<Raw> rawPosts(String host) {
    String json = host + "Content-Type: application/json\r\n";
    List<Raw> all = new ArrayList<>();
    all.add(
        new Raw(
            "length and chunks",
            "POST /api/v1/executions HTTP/1.1\r\n"
                + json
                + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "400"));
    all.add(
        new Raw(
            "two lengths",
            "POST /api/v1/executions HTTP/1.1\r\n"
                + json
                + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x",
            "400"));
    all.add(
        new Raw(
            "negative length",
            "POST /api/v1/executions HTTP/1.1\r\n" + json + "Content-Length: -1\r\n\r\n",
            "400"));
    all.add(
        new Raw(
            "broken chunk",
            "POST /api/v1/executions HTTP/1.1\r\n"
                + json
                + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
            "400"));
    all.add(
        new Raw(
            "unknown coding",
            "POST /api/v1/executions HTTP/1.1\r\n" + json + "Transfer-Encoding: nope\r\n\r\n",
            "4"));
    all.add(
        new Raw(
            "expects what nobody does",
            "POST /api/v1/executions HTTP/1.1\r\n"
                + json
                + "Expect: 200-ok\r\nContent-Length: 2\r\n\r\n{}",
            "4"));
    all.add(
        new Raw(
            "huge header",
            "GET /health HTTP/1.1\r\n" + host + "X-A: " + "x".repeat(100_000) + "\r\n\r\n",
            "4"));
    all.add(
        new Raw(
            "many headers",
            "GET /health HTTP/1.1\r\n" + host + "X-A: x\r\n".repeat(900) + "\r\n",
            "4"));
    all.add(
        new Raw(
            "line break in a header",
            "GET /api/v1/executions HTTP/1.1\r\n" + host + "Idempotency-Key: a\rb\r\n\r\n",
            "400"));
    return all;
  }

  private void raw(Raw raw) throws IOException {
    String what = "raw: " + raw.what();
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(READ_TIMEOUT_MS);
      try {
        socket.getOutputStream().write(bytes(raw.request()));
        socket.getOutputStream().flush();
      } catch (IOException e) {
        // refused before it was sent whole; the answer counts
      }
      String answer = new String(read(socket), StandardCharsets.UTF_8);
      var reply = reply(answer);
      report.answered(reply);
      report.expect(
          answer.startsWith("HTTP/1.1 " + raw.status()), what, "not " + raw.status(), reply);
      report.expect(
          answer.contains("application/problem+json"), what, "no problem document", reply);
    }
  }

  private static byte[] read(Socket socket) {
    var answer = new java.io.ByteArrayOutputStream();
    try {
      socket.getInputStream().transferTo(answer);
    } catch (IOException e) {
      // a reset after the answer is as good as an end
    }
    return answer.toByteArray();
  }

  private static Probe.Reply reply(String answer) {
    int begin = answer.indexOf("\r\n\r\n");
    String body = begin < 0 ? "" : answer.substring(begin + 4);
    int status = answer.length() > 12 ? Integer.parseInt(answer.substring(9, 12)) : 0;
    var parsed =
        body.startsWith("{") ? Documents.JSON.readTree(body) : Documents.JSON.missingNode();
    return new Probe.Reply(status, parsed, answer);
  }
}
