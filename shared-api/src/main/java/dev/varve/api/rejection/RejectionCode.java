package dev.varve.api.rejection;

/**
 * The closed list of codes a whole request can be refused with. Codes are stable and never reused.
 */
public enum RejectionCode {
  /** The body is no JSON or YAML document. */
  JSON_MALFORMED("json.malformed", Kind.MALFORMED, "Document is malformed"),
  /** The body is no UTF-8. */
  JSON_ENCODING("json.encoding", Kind.MALFORMED, "Document is not UTF-8"),
  /** An object names a member twice. */
  JSON_DUPLICATE_KEY("json.duplicate-key", Kind.MALFORMED, "Duplicate key"),
  /** Nested deeper than the limit. */
  JSON_TOO_DEEP("json.too-deep", Kind.MALFORMED, "Document is nested too deep"),
  /** A number cannot be represented. */
  JSON_NUMBER_RANGE("json.number-range", Kind.MALFORMED, "Number is out of range"),
  /** YAML aliases, tags or merge keys. */
  YAML_UNSAFE("yaml.unsafe", Kind.MALFORMED, "YAML feature is not allowed"),
  /** A member of a request has a wrong name, type or value. */
  REQUEST_INVALID("request.invalid", Kind.INVALID, "Request is not valid"),
  /** The body is larger than the limit. */
  REQUEST_TOO_LARGE("request.too-large", Kind.TOO_LARGE, "Request is too large"),
  /** Text holds U+0000, which PostgreSQL cannot keep in text. */
  TEXT_NUL("text.nul", Kind.INVALID, "Text holds a NUL character"),
  /** A query parameter is wrong. */
  QUERY_INVALID("query.invalid", Kind.MALFORMED, "Query is not valid"),
  /** A cursor was not made by this server or is damaged. */
  CURSOR_INVALID("cursor.invalid", Kind.MALFORMED, "Cursor is not valid"),
  /** A cursor names a place that is no longer in the log. */
  CURSOR_REGRESSED("cursor.regressed", Kind.GONE, "Cursor is ahead of the log"),
  /** The asked position was not reached in time. */
  QUERY_POSITION_TIMEOUT("query.position-timeout", Kind.TIMEOUT, "Position was not reached"),
  /** What came is no HTTP request that can be served. */
  REQUEST_MALFORMED("request.malformed", Kind.MALFORMED, "Request is malformed"),
  /** The route exists, but not with this method. */
  REQUEST_METHOD("request.method", Kind.METHOD, "Method is not allowed"),
  /** The route cannot answer in any of the media types that the caller accepts. */
  REQUEST_ACCEPT("request.accept", Kind.ACCEPT, "No acceptable media type"),
  /** The body has a media type or encoding that the route does not read. */
  REQUEST_MEDIA_TYPE("request.media-type", Kind.MEDIA_TYPE, "Media type is not supported"),
  /** The caller sends more requests than its key may. */
  REQUEST_RATE("request.rate", Kind.OVERLOADED, "Too many requests"),
  /** Nothing is at this address. */
  ROUTE_NOT_FOUND("route.not-found", Kind.NOT_FOUND, "No such route"),
  /** The definition document has faults. */
  DEFINITION_INVALID("definition.invalid", Kind.INVALID, "Definition is not valid"),
  /** No definition or version of that name. */
  DEFINITION_NOT_FOUND("definition.not-found", Kind.NOT_FOUND, "No such definition"),
  /** The input does not fit the definition's input schema. */
  INPUT_SCHEMA("input.schema", Kind.INVALID, "Input does not fit the schema"),
  /** A payload is larger than the limit. */
  PAYLOAD_TOO_LARGE("payload.too-large", Kind.TOO_LARGE, "Payload is too large"),
  /** No execution of that id. */
  EXECUTION_NOT_FOUND("execution.not-found", Kind.NOT_FOUND, "No such execution"),
  /** An execution of that id exists already. */
  EXECUTION_EXISTS("execution.exists", Kind.CONFLICT, "Execution exists already"),
  /** The execution has ended. */
  EXECUTION_TERMINAL("execution.terminal", Kind.CONFLICT, "Execution has ended"),
  /** The execution does not run, because it is suspended already. */
  EXECUTION_NOT_RUNNING("execution.not-running", Kind.CONFLICT, "Execution is not running"),
  /** The execution is not suspended, so there is nothing to resume. */
  EXECUTION_NOT_SUSPENDED("execution.not-suspended", Kind.CONFLICT, "Execution is not suspended"),
  /** The execution has not failed, so there is nothing to retry. */
  EXECUTION_NOT_FAILED("execution.not-failed", Kind.CONFLICT, "Execution has not failed"),
  /** A running execution owns the business key. */
  EXECUTION_BUSINESS_KEY_TAKEN(
      "execution.business-key-taken", Kind.CONFLICT, "Business key is taken"),
  /** The task is not waiting for a result. */
  TASK_NOT_ACTIVE("task.not-active", Kind.CONFLICT, "Task is not active"),
  /** A later attempt has taken over. */
  TASK_FENCED("task.fenced", Kind.CONFLICT, "A later attempt has taken over"),
  /** The timer is not waiting or is not yet due. */
  TIMER_NOT_PENDING("timer.not-pending", Kind.CONFLICT, "Timer is not pending"),
  /** No projection of that name. */
  PROJECTION_NOT_FOUND("projection.not-found", Kind.NOT_FOUND, "No such projection"),
  /** Another node runs the projection. */
  PROJECTION_BUSY("projection.busy", Kind.CONFLICT, "Projection runs on another node"),
  /** The projection has not parked that stream. */
  PROJECTION_NOT_PARKED("projection.not-parked", Kind.NOT_FOUND, "Stream is not parked"),
  /** The events of a parked stream still cannot be handled. */
  PROJECTION_STILL_FAILING(
      "projection.still-failing", Kind.CONFLICT, "Events still cannot be handled"),
  /** The client's command id has a wrong form. */
  COMMAND_ID_INVALID("command.id-invalid", Kind.MALFORMED, "Command id is not valid"),
  /** The client's command id was used with another body. */
  COMMAND_ID_REUSED("command.id-reused", Kind.CONFLICT, "Command id was used before"),
  /** The expected stream version is not the actual one. */
  VERSION_CONFLICT("version.conflict", Kind.PRECONDITION, "Version does not match"),
  /** No or a wrong API key. */
  UNAUTHENTICATED("auth.required", Kind.UNAUTHENTICATED, "API key is missing or wrong"),
  /** Too much is waiting; nothing was done. */
  OVERLOADED("server.overloaded", Kind.OVERLOADED, "Server is overloaded"),
  /** The database cannot be reached; nothing was done. */
  STORE_UNAVAILABLE("store.unavailable", Kind.UNAVAILABLE, "Store is unavailable"),
  /** The database has no room; nothing was done, and reads go on. */
  STORE_FULL("store.full", Kind.UNAVAILABLE, "Store is full"),
  /** The log lost its tail; an operator must accept that. */
  STORE_REGRESSED("store.regressed", Kind.UNAVAILABLE, "Store has lost its tail"),
  /** It is not known whether the command was committed: repeat it with the same id. */
  COMMAND_OUTCOME_UNKNOWN("command.outcome-unknown", Kind.UNAVAILABLE, "Outcome is unknown"),
  /** A fault of the server. */
  INTERNAL("server.internal", Kind.BROKEN, "Internal error");

  private final String code;
  private final Kind kind;
  private final String title;

  RejectionCode(String code, Kind kind, String title) {
    this.code = code;
    this.kind = kind;
    this.title = title;
  }

  /** Returns the stable code. */
  public String code() {
    return code;
  }

  /** Returns what sort of refusal it is. */
  public Kind kind() {
    return kind;
  }

  /** Returns a short title. */
  public String title() {
    return title;
  }

  /** Sorts of refusal; the doors map each to their own terms (HTTP status, exit code). */
  public enum Kind {
    /** Cannot be read at all. */
    MALFORMED,
    /** Can be read but breaks a rule. */
    INVALID,
    /** Too large. */
    TOO_LARGE,
    /** No credential. */
    UNAUTHENTICATED,
    /** Names what does not exist. */
    NOT_FOUND,
    /** Names a method that the route does not have. */
    METHOD,
    /** Asks for a media type that the route does not give. */
    ACCEPT,
    /** Has a media type that the route does not take. */
    MEDIA_TYPE,
    /** Names what no longer exists. */
    GONE,
    /** Does not fit the present state. */
    CONFLICT,
    /** An expected version does not match. */
    PRECONDITION,
    /** Too much at once. */
    OVERLOADED,
    /** Waited for in vain. */
    TIMEOUT,
    /** Something outside is missing. */
    UNAVAILABLE,
    /** A fault of the server. */
    BROKEN
  }
}
