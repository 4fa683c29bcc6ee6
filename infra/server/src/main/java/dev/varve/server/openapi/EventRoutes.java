package dev.varve.server.openapi;

import static dev.varve.api.rejection.RejectionCode.CURSOR_INVALID;
import static dev.varve.api.rejection.RejectionCode.CURSOR_REGRESSED;
import static dev.varve.api.rejection.RejectionCode.EXECUTION_NOT_FOUND;
import static dev.varve.api.rejection.RejectionCode.OVERLOADED;
import static dev.varve.api.rejection.RejectionCode.QUERY_INVALID;
import static dev.varve.api.rejection.RejectionCode.QUERY_POSITION_TIMEOUT;

import java.util.List;

/** Routes about events and what waits. */
final class EventRoutes {
  private static final String SSE = "text/event-stream";
  private static final String DATA = "`false` leaves the data of events out";

  private EventRoutes() {}

  static List<Route> all() {
    return List.of(history(), historyStream(), feed(), feedStream(), tasks(), timers());
  }

  private static Route history() {
    return Route.get("/api/v1/executions/{id}/events", "Show the history of an execution")
        .path("id", ExecutionRoutes.ID, null)
        .query("after", "Sequence of the last event of the page before", "0")
        .query("limit", "Most events of the page, 1 to 1000; 100 when absent", "10")
        .query("reverse", "`true` shows the newest first", "false")
        .query("data", DATA, "true")
        .query("minPosition", "Opaque position of an answer that must be in the log", null)
        .answers(
            200,
            "A page; `next` is the sequence to go on after, null on the last page",
            "EventPage",
            """
            {"items":[{"sequence":1,"position":"AQAAAAAAAAAAAAGhss3d","type":"execution.completed",
              "revision":1,"recordedAt":"2026-01-31T12:00:00Z","data":{"output":null},"metadata":{
              "node":"a","actor":"api","commandId":"01a1fc2f-5a83-7000-b569-698c1398ae66"}}],
             "next":null}
            """)
        .refuses(EXECUTION_NOT_FOUND, QUERY_INVALID, CURSOR_INVALID, CURSOR_REGRESSED);
  }

  private static Route historyStream() {
    return Route.get("/api/v1/executions/{id}/events/stream", "Follow an execution to its end")
        .path("id", ExecutionRoutes.ID, null)
        .query("after", "Sequence of the last event that is known", null)
        .query("data", DATA, "true")
        .header("Last-Event-ID", "The same; goes before `after`", null)
        .answersText(
            200,
            "Events with their sequence as id; ends with the event that ends the execution",
            SSE,
            "id: 0\nevent: execution.started\ndata: {\"sequence\":0,\"type\":\"execution.started\"}\n\n")
        .answersText(204, "It has ended and nothing is left to send", "", "")
        .refuses(EXECUTION_NOT_FOUND, QUERY_INVALID, OVERLOADED);
  }

  private static Route feed() {
    return Route.get("/api/v1/events", "Read all events, page by page")
        .query("after", "Opaque; the field `next` of the page before", null)
        .query("types", "Stored event names, separated by commas", "execution.started")
        .query("limit", "Most events of the page, 1 to 1000; 100 when absent", "10")
        .query("data", DATA, "false")
        .query("minPosition", "Opaque position of an answer that must be in the log", null)
        .answers(
            200,
            "A page; empty at the end of the log, where `next` can be asked again",
            "FeedPage",
            """
            {"items":[{"position":"AQAAAAAAAAAAAAGhss3d","sequence":0,"streamType":"execution",
              "streamId":"01a1fc2f-5a83-7000-b569-698c1398ae65","type":"execution.started",
              "eventId":"01a1fc2f-5a84-7000-b569-698c1398ae65","revision":1,
              "recordedAt":"2026-01-31T12:00:00Z","metadata":{"node":"a","actor":"api",
              "commandId":"01a1fc2f-5a83-7000-b569-698c1398ae66"}}],"next":"AgAAAAAAAAAAAAGhss3d"}
            """)
        .refuses(QUERY_INVALID, CURSOR_INVALID, CURSOR_REGRESSED);
  }

  private static Route feedStream() {
    return Route.get("/api/v1/events/stream", "Follow all events")
        .query("after", "Opaque position to go on after; the start of the log when absent", null)
        .query("types", "Stored event names, separated by commas", "execution.started")
        .query("data", DATA, "false")
        .header("Last-Event-ID", "Opaque position; goes before `after`", null)
        .answersText(
            200,
            "Events with an opaque position as id; comments while nothing happens",
            SSE,
            "id: AgAAAAAAAAAAAAGhss3d\nevent: execution.started\ndata: {\"sequence\":0}\n\n")
        .refuses(QUERY_INVALID, CURSOR_INVALID, CURSOR_REGRESSED, OVERLOADED);
  }

  private static Route tasks() {
    Route route =
        Route.get("/api/v1/tasks", "List the attempts that run or wait to run")
            .query("executionId", ExecutionRoutes.ID, null)
            .query("handler", "Name of the handler", "echo");
    return Routes.fresh(Routes.paged(route, "attempts"))
        .answers(
            200,
            "A page",
            "TaskPage",
            """
            {"items":[{"executionId":"01a1fc2f-5a83-7000-b569-698c1398ae65","node":"charge",
              "path":"charge","type":"task","handler":"charge-card","attempt":1,"owner":"a",
              "availableAt":"2026-01-31T12:00:00Z","deadline":null,
              "idempotencyKey":"01a1fc2f-5a83-7000-b569-698c1398ae65/charge"}],
             "next":null,"asOfPosition":"AgAAAAAAAAAAAAGhss3d"}
            """)
        .refuses(QUERY_INVALID, CURSOR_INVALID, CURSOR_REGRESSED, QUERY_POSITION_TIMEOUT);
  }

  private static Route timers() {
    Route route =
        Route.get("/api/v1/timers", "List the timers that have not fired")
            .query("executionId", ExecutionRoutes.ID, null);
    return Routes.fresh(Routes.paged(route, "timers"))
        .answers(
            200,
            "A page",
            "TimerPage",
            """
            {"items":[{"executionId":"01a1fc2f-5a83-7000-b569-698c1398ae65","kind":"DELAY",
              "path":"wait","dueAt":"2026-01-31T12:00:00Z"}],
             "next":null,"asOfPosition":"AgAAAAAAAAAAAAGhss3d"}
            """)
        .refuses(QUERY_INVALID, CURSOR_INVALID, CURSOR_REGRESSED, QUERY_POSITION_TIMEOUT);
  }
}
