package dev.varve.server.openapi;

import static dev.varve.api.rejection.RejectionCode.COMMAND_ID_REUSED;
import static dev.varve.api.rejection.RejectionCode.COMMAND_OUTCOME_UNKNOWN;
import static dev.varve.api.rejection.RejectionCode.CURSOR_INVALID;
import static dev.varve.api.rejection.RejectionCode.CURSOR_REGRESSED;
import static dev.varve.api.rejection.RejectionCode.DEFINITION_NOT_FOUND;
import static dev.varve.api.rejection.RejectionCode.EXECUTION_BUSINESS_KEY_TAKEN;
import static dev.varve.api.rejection.RejectionCode.EXECUTION_NOT_FAILED;
import static dev.varve.api.rejection.RejectionCode.EXECUTION_NOT_FOUND;
import static dev.varve.api.rejection.RejectionCode.EXECUTION_NOT_RUNNING;
import static dev.varve.api.rejection.RejectionCode.EXECUTION_NOT_SUSPENDED;
import static dev.varve.api.rejection.RejectionCode.EXECUTION_TERMINAL;
import static dev.varve.api.rejection.RejectionCode.INPUT_SCHEMA;
import static dev.varve.api.rejection.RejectionCode.OVERLOADED;
import static dev.varve.api.rejection.RejectionCode.PAYLOAD_TOO_LARGE;
import static dev.varve.api.rejection.RejectionCode.QUERY_INVALID;
import static dev.varve.api.rejection.RejectionCode.QUERY_POSITION_TIMEOUT;
import static dev.varve.api.rejection.RejectionCode.REQUEST_INVALID;
import static dev.varve.api.rejection.RejectionCode.VERSION_CONFLICT;

import java.util.List;

/** Routes about executions. */
final class ExecutionRoutes {
  static final String ID = "Id of the execution";

  private static final String VIEW =
      """
      {"executionId":"01a1fc2f-5a83-7000-b569-698c1398ae65","definition":"greeting","version":1,
       "status":"COMPLETED","businessKey":null,"labels":{"team":"shop"},"input":{"who":"you"},
       "output":null,"error":null,"startedAt":"2026-01-31T12:00:00Z",
       "endedAt":"2026-01-31T12:00:01Z","nodes":[{"id":"say","path":"say","type":"transform",
       "status":"COMPLETED","iteration":1,"attempts":[{"number":1,"status":"COMPLETED",
       "startedAt":null,"endedAt":"2026-01-31T12:00:01Z","error":null}],"input":null,
       "output":{"text":"hello you"},"error":null,"skipReason":null,
       "startedAt":"2026-01-31T12:00:01Z","endedAt":"2026-01-31T12:00:01Z"}],
       "asOfPosition":"AgAAAAAAAAAAAAGhss3d"}
      """;

  private ExecutionRoutes() {}

  static List<Route> all() {
    // Examples are sent in this order, to one execution: it is cancelled after the rest.
    return List.of(start(), find(), get(), suspend(), resume(), cancel(), retry(), state(), diff());
  }

  private static Route start() {
    return Route.post("/api/v1/executions", "Start an execution")
        .query("wait", "Answer with the view if it ends in time, PT0S to PT60S", "PT10S")
        .header("Idempotency-Key", "Sent again with the same body it gives the first answer", null)
        .body(
            "StartExecution",
            "{\"definition\":\"greeting\",\"version\":1,\"input\":{\"who\":\"you\"},\"labels\":{\"team\":\"shop\"}}")
        .answers(
            201,
            "Started; the ETag is the version of its stream",
            "StartedOrEnded",
            """
            {"executionId":"01a1fc2f-5a83-7000-b569-698c1398ae65","status":"RUNNING",
             "definition":"greeting","version":1,"streamVersion":0,"position":"AQAAAAAAAAAAAAGhss3d"}
            """)
        .refuses(
            REQUEST_INVALID,
            INPUT_SCHEMA,
            DEFINITION_NOT_FOUND,
            EXECUTION_BUSINESS_KEY_TAKEN,
            PAYLOAD_TOO_LARGE,
            QUERY_INVALID,
            COMMAND_ID_REUSED,
            COMMAND_OUTCOME_UNKNOWN,
            OVERLOADED);
  }

  private static Route find() {
    Route route =
        Route.get("/api/v1/executions", "Search executions, newest first")
            .query(
                "status",
                "RUNNING, SUSPENDED, COMPLETED, FAILED, CANCELLED or TIMED_OUT",
                "COMPLETED")
            .query("definition", "Name of the definition", "greeting")
            .query("businessKey", "Business key", null)
            .query("label", "`name` or `name:value`, repeatable", "team:shop")
            .query("startedAfter", "Instant", "2020-01-31T12:00:00Z");
    return Routes.fresh(Routes.paged(route, "executions"))
        .answers(
            200,
            "A page",
            "ExecutionPage",
            """
            {"items":[{"executionId":"01a1fc2f-5a83-7000-b569-698c1398ae65","definition":"greeting",
              "version":1,"status":"COMPLETED","businessKey":null,"labels":{"team":"shop"},
              "startedAt":"2026-01-31T12:00:00Z","endedAt":"2026-01-31T12:00:01Z"}],"next":null,"asOfPosition":"AgAAAAAAAAAAAAGhss3d"}
            """)
        .refuses(QUERY_INVALID, CURSOR_INVALID, CURSOR_REGRESSED, QUERY_POSITION_TIMEOUT);
  }

  private static Route get() {
    Route route =
        Route.get("/api/v1/executions/{id}", "Show an execution with its nodes and attempts")
            .path("id", ID, null);
    return Routes.fresh(route)
        .answers(200, "The execution; the ETag is the version of its stream", "ExecutionView", VIEW)
        .refuses(
            EXECUTION_NOT_FOUND,
            QUERY_INVALID,
            CURSOR_INVALID,
            CURSOR_REGRESSED,
            QUERY_POSITION_TIMEOUT);
  }

  private static Route cancel() {
    return control("cancel", "End an execution", "no longer needed")
        .answers(
            202,
            "Cancelled",
            "ExecutionAnswer",
            """
            {"executionId":"01a1fc2f-5a83-7000-b569-698c1398ae65","status":"CANCELLED",
             "definition":"greeting","version":1,"streamVersion":3,"position":"AQAAAAAAAAAAAAGhss3d"}
            """);
  }

  private static Route suspend() {
    return control("suspend", "Let no further node start; what is active goes on", "stocktaking")
        .answers(
            202,
            "Suspended",
            "ExecutionAnswer",
            """
            {"executionId":"01a1fc2f-5a83-7000-b569-698c1398ae65","status":"SUSPENDED",
             "definition":"greeting","version":1,"streamVersion":1,"position":"AQAAAAAAAAAAAAGhss3d"}
            """)
        .refuses(EXECUTION_NOT_RUNNING);
  }

  private static Route resume() {
    return control("resume", "Let nodes start again, first those held back", "all is counted")
        .answers(
            202,
            "It runs again",
            "ExecutionAnswer",
            """
            {"executionId":"01a1fc2f-5a83-7000-b569-698c1398ae65","status":"RUNNING",
             "definition":"greeting","version":1,"streamVersion":4,"position":"AQAAAAAAAAAAAAGhss3d"}
            """)
        .refuses(EXECUTION_NOT_SUSPENDED);
  }

  private static Route retry() {
    return control("retry", "Go on with an execution that failed or timed out", "repaired")
        .answers(
            202,
            "It runs again",
            "ExecutionAnswer",
            """
            {"executionId":"01a1fc2f-5a83-7000-b569-698c1398ae65","status":"RUNNING",
             "definition":"greeting","version":1,"streamVersion":5,"position":"AQAAAAAAAAAAAAGhss3d"}
            """)
        .refuses(EXECUTION_NOT_FAILED, EXECUTION_BUSINESS_KEY_TAKEN, PAYLOAD_TOO_LARGE);
  }

  private static Route control(String verb, String summary, String reason) {
    return Route.post("/api/v1/executions/{id}/" + verb, summary)
        .path("id", ID, null)
        .header("Idempotency-Key", "Sent again with the same body it gives the first answer", null)
        .header("If-Match", "Version that the execution's stream must have", null)
        .body("ControlExecution", "{\"reason\":\"" + reason + "\"}")
        .refuses(
            EXECUTION_NOT_FOUND,
            EXECUTION_TERMINAL,
            VERSION_CONFLICT,
            REQUEST_INVALID,
            COMMAND_ID_REUSED,
            COMMAND_OUTCOME_UNKNOWN,
            OVERLOADED);
  }

  private static Route state() {
    return Route.get("/api/v1/executions/{id}/state", "Show an execution as it was")
        .path("id", ID, null)
        .query("at", "Sequence of an event, or an instant; the latest when absent", "0")
        .query("minPosition", "Opaque position of an answer that must be in the log", null)
        .answers(
            200,
            "The view after that event",
            "ExecutionState",
            VIEW.replaceFirst("\\{", "{\"sequence\":0,\"recordedAt\":\"2026-01-31T12:00:00Z\","))
        .refuses(EXECUTION_NOT_FOUND, QUERY_INVALID, CURSOR_INVALID, CURSOR_REGRESSED);
  }

  private static Route diff() {
    return Route.get("/api/v1/executions/{id}/diff", "Show what changed between two moments")
        .path("id", ID, null)
        .query("from", "Sequence or instant; the first event when absent", "0")
        .query("to", "Sequence or instant; the latest event when absent", null)
        .query("minPosition", "Opaque position of an answer that must be in the log", null)
        .answers(
            200,
            "The changes",
            "ExecutionDiff",
            """
            {"executionId":"01a1fc2f-5a83-7000-b569-698c1398ae65",
             "from":{"sequence":0,"recordedAt":"2026-01-31T12:00:00Z"},
             "to":{"sequence":1,"recordedAt":"2026-01-31T12:00:01Z"},
             "changes":[{"pointer":"/status","before":"RUNNING","after":"COMPLETED"}]}
            """)
        .refuses(EXECUTION_NOT_FOUND, QUERY_INVALID, CURSOR_INVALID, CURSOR_REGRESSED);
  }
}
