package dev.varve.server.openapi;

import dev.varve.api.rejection.RejectionCode;
import dev.varve.web.Problems;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes the routes down as OpenAPI 3.1. */
public final class OpenApi {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
  private static final String SCHEMA = "schema";

  /** What any route of the API may refuse with. */
  private static final List<RejectionCode> ANYWHERE =
      List.of(
          RejectionCode.REQUEST_MALFORMED,
          RejectionCode.REQUEST_METHOD,
          RejectionCode.REQUEST_ACCEPT,
          RejectionCode.COMMAND_ID_INVALID,
          RejectionCode.UNAUTHENTICATED,
          RejectionCode.REQUEST_RATE,
          RejectionCode.STORE_UNAVAILABLE,
          RejectionCode.STORE_FULL,
          RejectionCode.STORE_REGRESSED,
          RejectionCode.INTERNAL);

  /** What a route that takes a body may refuse it with. */
  private static final List<RejectionCode> BODY =
      List.of(
          RejectionCode.JSON_MALFORMED,
          RejectionCode.JSON_ENCODING,
          RejectionCode.JSON_DUPLICATE_KEY,
          RejectionCode.JSON_TOO_DEEP,
          RejectionCode.JSON_NUMBER_RANGE,
          RejectionCode.TEXT_NUL,
          RejectionCode.REQUEST_TOO_LARGE,
          RejectionCode.REQUEST_MEDIA_TYPE);

  private OpenApi() {}

  /** Returns the text of the document, indented. */
  public static String text() {
    return JSON.writeValueAsString(document()) + "\n";
  }

  /** Returns the document. */
  public static ObjectNode document() {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("openapi", "3.1.0");
    document
        .putObject("info")
        .put("title", "Varve")
        .put("version", "v1")
        .put(
            "description",
            "Event-sourced workflow engine. Errors are problem documents (RFC 9457).")
        .putObject("license")
        .put("name", "Apache-2.0")
        .put("identifier", "Apache-2.0");
    document.putArray("servers").addObject().put("url", "http://127.0.0.1:8080");
    document.putArray("security").addObject().putArray("key");
    ObjectNode paths = document.putObject("paths");
    for (Route route : Routes.all()) {
      paths.withObject("/" + route.path().replace("~", "~0").replace("/", "~1"));
      ObjectNode path = (ObjectNode) paths.get(route.path());
      path.set(route.method().toLowerCase(java.util.Locale.ROOT), operation(route));
    }
    components(document.putObject("components"));
    return document;
  }

  private static ObjectNode operation(Route route) {
    ObjectNode operation = JsonNodeFactory.instance.objectNode();
    operation.put("summary", route.summary());
    operation.put("operationId", operationId(route));
    if (!route.parameters().isEmpty()) {
      ArrayNode parameters = operation.putArray("parameters");
      route.parameters().forEach(each -> parameter(parameters.addObject(), each));
    }
    if (!route.bodies().isEmpty()) {
      ObjectNode content = operation.putObject("requestBody").putObject("content");
      route
          .bodies()
          .forEach((type, body) -> content(content.putObject(type), body.schema(), body.example()));
    }
    ObjectNode responses = operation.putObject("responses");
    route
        .answers()
        .forEach((status, answer) -> {
          ObjectNode response = responses.putObject(status.toString());
          response.put("description", answer.description());
          if (!answer.mediaType().isEmpty()) {
            ObjectNode content = response.putObject("content").putObject(answer.mediaType());
            content(content, answer.schema(), answer.example());
          }
        });
    refusals(route).forEach((status, codes) -> refusal(responses.withObject("/" + status), codes));
    return operation;
  }

  private static String operationId(Route route) {
    String words =
        (route.method() + route.path())
            .replace("/api/v1", "")
            .replaceAll("[^A-Za-z]+", " ")
            .strip()
            .toLowerCase(java.util.Locale.ROOT);
    return words.replace(' ', '-');
  }

  private static void parameter(ObjectNode to, Route.Parameter parameter) {
    to.put("name", parameter.name());
    to.put("in", parameter.in());
    to.put("description", parameter.description());
    to.put("required", parameter.in().equals("path"));
    to.putObject(SCHEMA).put("type", "string");
    if (parameter.example() != null) {
      to.put("example", parameter.example());
    }
  }

  private static void content(ObjectNode to, String schema, String example) {
    boolean json = !schema.isEmpty();
    to.set(SCHEMA, json ? Shape.ref(schema) : Shape.text());
    to.set("example", json ? JSON.readTree(example) : JsonNodeFactory.instance.stringNode(example));
  }

  /** Returns the codes of a route by the status that carries them. */
  static Map<Integer, Set<RejectionCode>> refusals(Route route) {
    List<RejectionCode> codes = new ArrayList<>(route.codes());
    if (!route.bodies().isEmpty()) {
      codes.addAll(BODY);
    }
    if (route.path().startsWith("/api/")) {
      codes.addAll(ANYWHERE);
    }
    var byStatus = new TreeMap<Integer, Set<RejectionCode>>();
    for (RejectionCode code : codes) {
      byStatus.computeIfAbsent(Problems.status(code.kind()), _ -> new LinkedHashSet<>()).add(code);
    }
    return byStatus;
  }

  private static void refusal(ObjectNode to, Set<RejectionCode> codes) {
    to.put("description", String.join(", ", codes.stream().map(RejectionCode::code).toList()));
    ObjectNode content = to.putObject("content").putObject(Problems.MEDIA_TYPE);
    content.set(SCHEMA, Shape.ref("Problem"));
    ObjectNode examples = content.putObject("examples");
    for (RejectionCode code : codes) {
      examples
          .putObject(code.code())
          .set(
              "value",
              Problems.body(Problems.status(code.kind()), code.code(), code.title(), code.title()));
    }
  }

  private static void components(ObjectNode to) {
    to.putObject("securitySchemes").putObject("key").put("type", "http").put("scheme", "bearer");
    to.set("schemas", Schemas.all());
  }

  /** Returns what of {@code before} a client relies on and {@code now} does not have any more. */
  public static List<String> broken(JsonNode before, JsonNode now) {
    return new Breakage(before, now).find();
  }
}
