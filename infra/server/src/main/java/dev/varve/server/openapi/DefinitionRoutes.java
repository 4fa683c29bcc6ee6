package dev.varve.server.openapi;

import static dev.varve.api.rejection.RejectionCode.CURSOR_INVALID;
import static dev.varve.api.rejection.RejectionCode.CURSOR_REGRESSED;
import static dev.varve.api.rejection.RejectionCode.DEFINITION_INVALID;
import static dev.varve.api.rejection.RejectionCode.DEFINITION_NOT_FOUND;
import static dev.varve.api.rejection.RejectionCode.JSON_DUPLICATE_KEY;
import static dev.varve.api.rejection.RejectionCode.JSON_ENCODING;
import static dev.varve.api.rejection.RejectionCode.JSON_MALFORMED;
import static dev.varve.api.rejection.RejectionCode.JSON_NUMBER_RANGE;
import static dev.varve.api.rejection.RejectionCode.JSON_TOO_DEEP;
import static dev.varve.api.rejection.RejectionCode.QUERY_INVALID;
import static dev.varve.api.rejection.RejectionCode.QUERY_POSITION_TIMEOUT;
import static dev.varve.api.rejection.RejectionCode.REQUEST_MEDIA_TYPE;
import static dev.varve.api.rejection.RejectionCode.REQUEST_TOO_LARGE;
import static dev.varve.api.rejection.RejectionCode.TEXT_NUL;
import static dev.varve.api.rejection.RejectionCode.VERSION_CONFLICT;
import static dev.varve.api.rejection.RejectionCode.YAML_UNSAFE;

import dev.varve.api.rejection.RejectionCode;
import java.util.List;

/** Routes about definitions. */
final class DefinitionRoutes {
  private static final String DEFINITION =
      """
      name: greeting
      nodes:
        - { id: say, type: transform, with: { text: "hello ${input.who}" } }
      """;

  private DefinitionRoutes() {}

  static List<Route> all() {
    return List.of(publish(), find(), get(), version());
  }

  private static Route publish() {
    return Route.post("/api/v1/definitions", "Publish a version of a definition")
        .query("dryRun", "`true` only checks the document", "true")
        .header("Idempotency-Key", "Sent again with the same body it gives the first answer", null)
        .header("If-Match", "Number that the latest version must have; \"0\" for none", "\"0\"")
        .body("application/yaml", DEFINITION)
        .body(
            "application/json",
            "{\"name\":\"greeting\",\"nodes\":[{\"id\":\"say\",\"type\":\"transform\",\"with\":{\"text\":\"hello"
                + " ${input.who}\"}}]}")
        .answers(
            201,
            "Published; the ETag is the version",
            "{\"name\":\"greeting\",\"version\":1,\"created\":true,\"position\":\"AQAAAAAAAAAAAAGhss3d\"}")
        .answers(
            200,
            "The latest version has this content already, or it was a dry run",
            "{\"name\":\"greeting\",\"created\":false}")
        .refuses(
            DEFINITION_INVALID,
            JSON_MALFORMED,
            JSON_ENCODING,
            JSON_DUPLICATE_KEY,
            JSON_TOO_DEEP,
            JSON_NUMBER_RANGE,
            YAML_UNSAFE,
            TEXT_NUL,
            REQUEST_TOO_LARGE,
            REQUEST_MEDIA_TYPE,
            QUERY_INVALID,
            RejectionCode.COMMAND_ID_INVALID,
            RejectionCode.COMMAND_ID_REUSED,
            RejectionCode.COMMAND_OUTCOME_UNKNOWN,
            VERSION_CONFLICT);
  }

  private static Route find() {
    Route route = Route.get("/api/v1/definitions", "List definitions by name");
    return Routes.fresh(Routes.paged(route, "definitions"))
        .answers(
            200,
            "A page",
            """
            {"items":[{"name":"greeting","version":1,"hash":"0b6f","publishedAt":"2026-01-31T12:00:00Z"}],
             "next":null,"asOfPosition":"AgAAAAAAAAAAAAGhss3d"}
            """)
        .refuses(QUERY_INVALID, CURSOR_INVALID, CURSOR_REGRESSED, QUERY_POSITION_TIMEOUT);
  }

  private static Route get() {
    Route route =
        Route.get("/api/v1/definitions/{name}", "Show a definition with its versions")
            .path("name", "Name of the definition", "greeting");
    return Routes.fresh(route)
        .answers(
            200,
            "The definition; the ETag is its latest version",
            "{\"name\":\"greeting\",\"version\":1}")
        .refuses(
            DEFINITION_NOT_FOUND,
            QUERY_INVALID,
            CURSOR_INVALID,
            CURSOR_REGRESSED,
            QUERY_POSITION_TIMEOUT);
  }

  private static Route version() {
    Route route =
        Route.get(
                "/api/v1/definitions/{name}/versions/{version}",
                "Show one version with its source as posted and its graph")
            .path("name", "Name of the definition", "greeting")
            .path("version", "Number of the version, from 1", "1");
    return Routes.fresh(route)
        .answers(200, "The version", "{\"name\":\"greeting\",\"version\":1}")
        .refuses(
            DEFINITION_NOT_FOUND,
            QUERY_INVALID,
            CURSOR_INVALID,
            CURSOR_REGRESSED,
            QUERY_POSITION_TIMEOUT);
  }
}
