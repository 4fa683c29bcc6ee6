package dev.varve.server.openapi;

import dev.varve.api.rejection.RejectionCode;
import java.util.List;
import java.util.stream.Stream;

/** Routes for those who operate a server. */
final class OperationRoutes {
  private static final String UP = "{\"status\":\"UP\"}";

  private static final String STREAM = "01a1fcff-4f14-7000-984c-43489c840e58";
  private static final String PARKED =
      "{\"items\":[{\"streamId\":\""
          + STREAM
          + "\",\"partition\":0,\"position\":\"AgAAAAAAAAAAAAGhss3d\",\"events\":2,\"tries\":3,"
          + "\"cause\":\"WorkFailure: Work tables could not be written\","
          + "\"parkedAt\":\"2026-12-01T10:00:00Z\"}]}";

  private OperationRoutes() {}

  static List<Route> all() {
    return Stream.of(projections(), looks()).flatMap(List::stream).toList();
  }

  private static List<Route> projections() {
    return List.of(
        Route.get("/api/v1/projections", "Show how far the projections have come")
            .answers(
                200,
                "Every projection in every partition",
                "Projections",
                """
                {"items":[{"name":"execution","partition":0,"position":"AQAAAAAAAAAAAAGhss3d",
                  "lagEvents":0,"lagMillis":0,"state":"RUNNING","parked":0}]}
                """),
        Route.post("/api/v1/projections/{name}/rebuild", "Build a read model again, in place")
            .path("name", "Name of the projection", "statistics")
            .answers(202, "Begun", "ProjectionName", "{\"name\":\"statistics\"}")
            .refuses(RejectionCode.PROJECTION_NOT_FOUND, RejectionCode.PROJECTION_BUSY),
        Route.get("/api/v1/projections/{name}/parked", "List the streams it could not handle")
            .path("name", "Name of the projection", "work")
            .answers(200, "Oldest first, at most 1,000", "ParkedList", PARKED)
            .refuses(RejectionCode.PROJECTION_NOT_FOUND),
        Route.post(
                "/api/v1/projections/{name}/parked/{streamId}/retry",
                "Handle the events of a parked stream again")
            .path("name", "Name of the projection", "work")
            .path("streamId", "The parked stream", STREAM)
            .answers(
                200, "Handled", "ParkedRetried", "{\"streamId\":\"" + STREAM + "\",\"events\":2}")
            .refuses(
                RejectionCode.PROJECTION_NOT_FOUND,
                RejectionCode.PROJECTION_NOT_PARKED,
                RejectionCode.PROJECTION_STILL_FAILING),
        Route.post(
                "/api/v1/projections/{name}/parked/{streamId}/discard",
                "Give the events of a parked stream up; the reason is kept")
            .path("name", "Name of the projection", "work")
            .path("streamId", "The parked stream", STREAM)
            .body("DiscardParked", "{\"reason\":\"a test order\"}")
            .answers(
                200,
                "Given up",
                "ParkedDiscarded",
                "{\"streamId\":\"" + STREAM + "\",\"reason\":\"a test order\"}")
            .refuses(
                RejectionCode.PROJECTION_NOT_FOUND,
                RejectionCode.PROJECTION_NOT_PARKED,
                RejectionCode.REQUEST_INVALID));
  }

  private static List<Route> looks() {
    return List.of(
        Route.get("/api/v1/verify", "Compute the hash chain of the whole log again")
            .query("after", "Opaque; the field `next` of the part before", null)
            .query("limit", "Most events of this part, 1 to 1,000,000; all when absent", "1000")
            .answers(
                200,
                "The verdict; `firstBad` names the first position that is not what was written",
                "Verdict",
                """
                {"valid":true,"checked":12,"remaining":0,"checkedTo":"AgAAAAAAAAAAAAGhss3d",
                 "firstBad":null,"next":null}
                """)
            .refuses(
                RejectionCode.QUERY_INVALID,
                RejectionCode.CURSOR_INVALID,
                RejectionCode.CURSOR_REGRESSED),
        Route.get("/health", "Show every part of the server")
            .answers(200, "It can take commands", "Health", "{\"status\":\"UP\",\"components\":{}}")
            .answers(503, "It cannot", "Health", "{\"status\":\"DOWN\",\"components\":{}}"),
        Route.get("/health/live", "Tell whether the process serves; needs no key")
            .answers(200, "It does", "Alive", UP),
        Route.get("/health/ready", "Tell whether commands can be taken")
            .answers(200, "They can", "Health", "{\"status\":\"UP\",\"components\":{}}")
            .answers(503, "They cannot", "Health", "{\"status\":\"DOWN\",\"components\":{}}"),
        Route.get("/metrics", "Metrics in the text format of Prometheus")
            .answersText(200, "The metrics", "text/plain", "varve_append_events_total 12.0"),
        Route.get("/api/v1/openapi.json", "This description")
            .answers(
                200,
                "OpenAPI 3.1",
                "OpenApi",
                "{\"openapi\":\"3.1.0\",\"info\":{},\"paths\":{},\"components\":{}}"));
  }
}
