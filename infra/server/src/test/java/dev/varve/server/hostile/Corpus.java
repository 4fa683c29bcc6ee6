package dev.varve.server.hostile;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** The inputs that must be refused, each with the refusal, from {@code corpus.txt}. */
final class Corpus {
  private static final Pattern SPECIAL = Pattern.compile("\\{\\{(hex|\\d+):([^}]*)\\}\\}");

  /**
   * One input.
   *
   * @param expected {@code 422 code}, then {@code code pointer} for faults that must be named
   */
  private record Bad(
      String title,
      String method,
      String path,
      Map<String, String> headers,
      List<String> expected,
      String body) {}

  private Corpus() {}

  static void send(Probe probe, Report report) throws IOException {
    for (Bad bad : read()) {
      String what = "corpus: " + bad.title();
      Probe.Reply reply =
          bad.method().equals("GET")
              ? probe.get(bad.path(), bad.headers(), what)
              : probe.post(bad.path(), bytes(bad.body()), bad.headers(), what);
      String status = reply.status() + " " + reply.code();
      report.expect(bad.expected().getFirst().equals(status), what, "not " + bad.expected(), reply);
      for (String fault : bad.expected().subList(1, bad.expected().size())) {
        report.expect(hasFault(reply, fault), what, "lacks " + fault, reply);
      }
      if (status.startsWith("400 json.") && !reply.code().equals("json.encoding")) {
        JsonNode first = reply.body().path("errors").path(0);
        report.expect(first.path("line").asInt(0) > 0, what, "tells no line", reply);
      }
    }
  }

  private static boolean hasFault(Probe.Reply reply, String fault) {
    for (JsonNode error : reply.body().path("errors")) {
      String found = error.path("code").asString("") + " " + error.path("pointer").asString("");
      if (found.equals(fault)) {
        return true;
      }
    }
    return false;
  }

  private static List<Bad> read() throws IOException {
    List<Bad> all = new ArrayList<>();
    String[] parts = Samples.text("corpus.txt").split("(?m)^=== ", -1);
    for (int i = 1; i < parts.length; i++) {
      all.add(bad(parts[i]));
    }
    return all;
  }

  private static Bad bad(String text) {
    int split = text.indexOf("\n---\n");
    String[] lines = text.substring(0, split).split("\n", -1);
    String[] target = lines[1].split(" ", 2);
    var headers = new LinkedHashMap<String, String>();
    List<String> expected = new ArrayList<>();
    for (int i = 2; i < lines.length; i++) {
      if (lines[i].startsWith("> ")) {
        expected.add(lines[i].substring(2));
      } else {
        String[] header = lines[i].split(": ", 2);
        headers.put(header[0], header[1].equals("(empty)") ? "" : header[1]);
      }
    }
    headers.putIfAbsent(
        "Content-Type",
        target[1].contains("definitions") ? "application/yaml" : "application/json");
    String body = text.substring(split + 5).stripTrailing();
    return new Bad(lines[0], target[0], target[1], headers, expected, body);
  }

  /** {@code {{3:ab}}} repeats, {@code {{hex:c3}}} stands for bytes that are no text. */
  private static byte[] bytes(String body) throws IOException {
    var bytes = new ByteArrayOutputStream();
    Matcher special = SPECIAL.matcher(body);
    int from = 0;
    while (special.find()) {
      bytes.write(body.substring(from, special.start()).getBytes(StandardCharsets.UTF_8));
      bytes.write(
          special.group(1).equals("hex")
              ? HexFormat.of().parseHex(special.group(2))
              : special
                  .group(2)
                  .repeat(Integer.parseInt(special.group(1)))
                  .getBytes(StandardCharsets.UTF_8));
      from = special.end();
    }
    bytes.write(body.substring(from).getBytes(StandardCharsets.UTF_8));
    return bytes.toByteArray();
  }
}
