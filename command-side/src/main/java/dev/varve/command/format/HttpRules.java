package dev.varve.command.format;

import dev.varve.command.expression.Source;
import dev.varve.web.json.Places;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Checks {@code with} of an HTTP node as far as it is constant. */
final class HttpRules {
  private static final List<String> METHODS =
      List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

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

  private static final int HEADERS_MAX = 100;
  private static final int URL_CHARS_MAX = 8_192;
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Pattern RANGE = Pattern.compile("([1-5]\\d\\d)(?:-([1-5]\\d\\d))?");
  private static final Pattern SCHEME = Pattern.compile("(?s)([A-Za-z][A-Za-z0-9+.-]*):.*");

  private HttpRules() {}

  static void check(Fields node) {
    ObjectNode with = node.object("with", true);
    if (with == null) {
      return;
    }
    Fields fields = new Fields(with, node.at("with"), node.faults());
    fields.only(List.of("method", "url", "headers", "query", "body", "successCodes"));
    method(fields);
    url(fields);
    headers(fields);
    query(fields);
    successCodes(fields);
  }

  private static void method(Fields fields) {
    String method = fields.text("method", false);
    if (method != null
        && !Source.isTemplate(method)
        && !METHODS.contains(method.toUpperCase(Locale.ROOT))) {
      fields
          .faults()
          .add(
              DefinitionProblem.FIELD_ENUM,
              fields.at("method"),
              "Expected one of "
                  + String.join(", ", METHODS)
                  + ", but found '"
                  + Fields.echo(method)
                  + "'");
    }
  }

  private static void url(Fields fields) {
    String url = fields.text("url", true);
    if (url == null) {
      return;
    }
    String problem = Source.isTemplate(url) ? partProblem(url) : wholeProblem(url);
    if (problem != null) {
      fields.faults().add(DefinitionProblem.HTTP_URL_FORBIDDEN, fields.at("url"), problem);
    }
  }

  /** What can be said of an address whose end is not known yet. */
  private static @Nullable String partProblem(String url) {
    String start = url.substring(0, url.indexOf("${"));
    var scheme = SCHEME.matcher(start);
    return scheme.matches() ? schemeProblem(scheme.group(1)) : null;
  }

  private static @Nullable String schemeProblem(String scheme) {
    return scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https")
        ? null
        : "Expected an address with http:// or https://, but found '" + Fields.echo(scheme) + ":'";
  }

  private static @Nullable String wholeProblem(String url) {
    if (url.isEmpty() || url.length() > URL_CHARS_MAX) {
      return "Expected an address of 1 to " + URL_CHARS_MAX + " characters";
    }
    try {
      URI uri = new URI(url);
      if (uri.getScheme() == null) {
        return "Expected an address with http:// or https://, but found none";
      }
      String problem = schemeProblem(uri.getScheme());
      if (problem != null) {
        return problem;
      }
      String authority = uri.getRawAuthority();
      if (authority == null || authority.isEmpty()) {
        return "Expected an address with a host";
      }
      if (authority.indexOf('@') >= 0) {
        return "Expected an address without user information";
      }
      return authority.indexOf('%') >= 0 ? "Expected an address without a zone id" : null;
    } catch (URISyntaxException _) {
      return "Expected a valid address, but found '" + Fields.echo(url) + "'";
    }
  }

  private static void headers(Fields fields) {
    ObjectNode headers = fields.object("headers", false);
    if (headers == null) {
      return;
    }
    if (headers.size() > HEADERS_MAX) {
      fields
          .faults()
          .add(
              DefinitionProblem.HTTP_HEADER_INVALID,
              fields.at("headers"),
              "Expected at most " + HEADERS_MAX + " headers, but found " + headers.size());
      return;
    }
    for (Map.Entry<String, JsonNode> each : headers.properties()) {
      String at = fields.at("headers") + "/" + Places.escaped(each.getKey());
      header(fields, at, each.getKey(), each.getValue());
    }
  }

  private static void header(Fields fields, String at, String name, JsonNode value) {
    Faults faults = fields.faults();
    if (!TOKEN.matcher(name).matches()) {
      faults.addName(
          DefinitionProblem.HTTP_HEADER_INVALID,
          at,
          "Expected a header name, but found '" + Fields.echo(name) + "'");
    } else if (OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
      faults.addName(
          DefinitionProblem.HTTP_HEADER_INVALID,
          at,
          "Expected no header '" + name + "': it belongs to the connection");
    }
    if (!value.isString() && !value.isNumber() && !value.isBoolean()) {
      fields.wrongType(at, "text", value);
    } else if (value.isString() && value.stringValue().chars().anyMatch(c -> isBreak(c))) {
      faults.add(
          DefinitionProblem.HTTP_HEADER_INVALID,
          at,
          "Expected a value on one line, but it has more");
    }
  }

  private static boolean isBreak(int c) {
    return (c < ' ' && c != '\t') || c == 0x7f;
  }

  private static void query(Fields fields) {
    ObjectNode query = fields.object("query", false);
    if (query == null) {
      return;
    }
    for (Map.Entry<String, JsonNode> each : query.properties()) {
      if (each.getValue().isObject()) {
        fields.wrongType(
            fields.at("query") + "/" + Places.escaped(each.getKey()),
            "text, a number or a list of them",
            each.getValue());
      }
    }
  }

  private static void successCodes(Fields fields) {
    ArrayNode codes = fields.array("successCodes", false);
    if (codes == null) {
      return;
    }
    for (int i = 0; i < codes.size(); i++) {
      String at = fields.at("successCodes") + "/" + i;
      JsonNode code = codes.get(i);
      boolean isTemplate = code.isString() && Source.isTemplate(code.stringValue());
      if (!code.isString() && !code.isIntegralNumber()) {
        fields.wrongType(at, "a number or a range as \"200-204\"", code);
      } else if (!isTemplate && !isRange(code.asString())) {
        fields
            .faults()
            .add(
                DefinitionProblem.FIELD_RANGE,
                at,
                "Expected a status from 100 to 599 or a range as \"200-204\", but found "
                    + Fields.echo(code.toString()));
      }
    }
  }

  private static boolean isRange(String text) {
    var range = RANGE.matcher(text);
    if (!range.matches()) {
      return false;
    }
    String last = range.group(2);
    return last == null || Integer.parseInt(last) >= Integer.parseInt(range.group(1));
  }
}
