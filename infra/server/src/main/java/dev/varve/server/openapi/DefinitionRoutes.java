package dev.varve.server.openapi;

import static dev.varve.api.rejection.RejectionCode.CURSOR_INVALID;
import static dev.varve.api.rejection.RejectionCode.CURSOR_REGRESSED;
import static dev.varve.api.rejection.RejectionCode.DEFINITION_INVALID;
import static dev.varve.api.rejection.RejectionCode.DEFINITION_NOT_FOUND;
import static dev.varve.api.rejection.RejectionCode.QUERY_INVALID;
import static dev.varve.api.rejection.RejectionCode.QUERY_POSITION_TIMEOUT;
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
        .textBody("application/yaml", DEFINITION)
        .body(
            "Definition",
            "{\"name\":\"greeting\",\"nodes\":[{\"id\":\"say\",\"type\":\"transform\",\"with\":{\"text\":\"hello"
                + " ${input.who}\"}}]}")
        .answers(
            201,
            "Published; the ETag is the version",
            "Published",
            "{\"name\":\"greeting\",\"version\":1,\"created\":true,\"position\":\"AQAAAAAAAAAAAAGhss3d\"}")
        .answers(
            200,
            "The latest version has this content already, or it was a dry run",
            "PublishedOrChecked",
            "{\"name\":\"greeting\",\"created\":false}")
        .refuses(
            DEFINITION_INVALID,
            YAML_UNSAFE,
            QUERY_INVALID,
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
            "DefinitionPage",
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
            "DefinitionView",
            """
            {"name":"greeting","version":1,"hash":"0b6f","publishedAt":"2026-01-31T12:00:00Z",
             "format":"yaml","source":"name: greeting","versions":[{"name":"greeting","version":1,
             "hash":"0b6f","publishedAt":"2026-01-31T12:00:00Z"}],"statistics":[{
             "definition":"greeting","version":1,"total":{"started":1,"completed":1,"failed":0,
             "cancelled":0,"timedOut":0,"durationMillisSum":12,"durationMillisMax":12},"days":[]}],
             "asOfPosition":"AgAAAAAAAAAAAAGhss3d"}
            """)
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
        .answers(
            200,
            "The version",
            "DefinitionVersionView",
            """
            {"name":"greeting","version":1,"hash":"0b6f","publishedAt":"2026-01-31T12:00:00Z",
             "format":"json","source":"{...}","document":{"name":"greeting","nodes":[
             {"id":"say","type":"end"}]},"nodes":[{"id":"say","type":"end","name":null}],"edges":[],
             "asOfPosition":"AgAAAAAAAAAAAAGhss3d"}
            """)
        .refuses(
            DEFINITION_NOT_FOUND,
            QUERY_INVALID,
            CURSOR_INVALID,
            CURSOR_REGRESSED,
            QUERY_POSITION_TIMEOUT);
  }
}
