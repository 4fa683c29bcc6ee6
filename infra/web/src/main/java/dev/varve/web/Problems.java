package dev.varve.web;

import dev.varve.api.log.AppendException;
import dev.varve.api.rejection.FieldError;
import dev.varve.api.rejection.Rejection;
import dev.varve.api.rejection.RejectionCode;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Turns rejections and failures into problem documents (RFC 9457) with a stable {@code code}. */
public final class Problems {
  /** Media type of a problem document. */
  public static final String MEDIA_TYPE = "application/problem+json";

  /**
   * What an append that did nothing may be refused with; any other code is a store that is away.
   */
  private static final List<RejectionCode> UNAVAILABLE =
      List.of(RejectionCode.OVERLOADED, RejectionCode.STORE_FULL, RejectionCode.STORE_REGRESSED);

  private static final String TYPE_PREFIX = "https://varve.dev/problems/";

  private static final int POINTER_CHARS_MAX = 1_000;

  private Problems() {}

  /** Returns the HTTP status for a sort of refusal. */
  public static int status(RejectionCode.Kind kind) {
    return switch (kind) {
      case MALFORMED -> 400;
      case UNAUTHENTICATED -> 401;
      case NOT_FOUND -> 404;
      case METHOD -> 405;
      case ACCEPT -> 406;
      case CONFLICT -> 409;
      case GONE -> 410;
      case PRECONDITION -> 412;
      case TOO_LARGE -> 413;
      case MEDIA_TYPE -> 415;
      case INVALID -> 422;
      case OVERLOADED -> 429;
      case BROKEN -> 500;
      case UNAVAILABLE -> 503;
      case TIMEOUT -> 504;
    };
  }

  /** Returns the body for {@code rejection}. */
  public static ObjectNode body(Rejection rejection) {
    RejectionCode code = rejection.code();
    ObjectNode body = body(status(code.kind()), code.code(), code.title(), rejection.detail());
    rejection.extras().forEach(body::put);
    if (!rejection.errors().isEmpty()) {
      var errors = body.putArray("errors");
      for (FieldError each : rejection.errors()) {
        ObjectNode error = errors.addObject();
        error
            .put("code", each.code())
            .put("pointer", shown(each.pointer()))
            .put("detail", each.detail());
        if (each.line() != null) {
          error.put("line", each.line());
        }
        if (each.column() != null) {
          error.put("column", each.column());
        }
      }
    }
    return body;
  }

  /** A name in a pointer can be as long as a document; a hundred of them must not be an answer. */
  private static String shown(String pointer) {
    return pointer.length() <= POINTER_CHARS_MAX
        ? pointer
        : pointer.substring(0, POINTER_CHARS_MAX) + "...";
  }

  /** Returns a body without errors. */
  public static ObjectNode body(int status, String code, String title, String detail) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("type", TYPE_PREFIX + code);
    body.put("title", title);
    body.put("status", status);
    body.put("code", code);
    body.put("detail", detail);
    return body;
  }

  /**
   * Answers with {@code rejection} where no controller does; 429 and 503 carry {@code Retry-After}.
   *
   * @param retryAfterSeconds when to come again, in seconds, at least 1
   */
  public static void write(
      HttpServletResponse response, Rejection rejection, long retryAfterSeconds)
      throws IOException {
    int status = status(rejection.code().kind());
    response.setStatus(status);
    response.setContentType(MEDIA_TYPE);
    if (status == 429 || status == 503) {
      response.setHeader("Retry-After", Long.toString(retryAfterSeconds));
    }
    response.getOutputStream().write(body(rejection).toString().getBytes(StandardCharsets.UTF_8));
  }

  /** Returns the rejection that tells a client of {@code failure}. */
  public static Rejection rejection(AppendException failure) {
    return switch (failure) {
      case AppendException.OutcomeUnknown _ ->
          Rejection.of(
              RejectionCode.COMMAND_OUTCOME_UNKNOWN,
              "The connection to the database was lost during commit; repeat the request with the"
                  + " same Idempotency-Key to learn the outcome");
      case AppendException.Unavailable e ->
          Rejection.of(unavailable(e.code()), "Nothing was done; try again later");
      case AppendException.Unstorable e ->
          Rejection.of(
              e.code().equals(RejectionCode.TEXT_NUL.code())
                  ? RejectionCode.TEXT_NUL
                  : RejectionCode.PAYLOAD_TOO_LARGE,
              String.valueOf(e.getMessage()));
      case AppendException.CommandIdReused e ->
          Rejection.of(RejectionCode.COMMAND_ID_REUSED, String.valueOf(e.getMessage()));
      case AppendException.KeyTaken _,
          AppendException.StreamConflict _,
          AppendException.DuplicateCommand _ ->
          Rejection.of(
              RejectionCode.OVERLOADED,
              "Other writers were faster several times; nothing was done, try again");
    };
  }

  private static RejectionCode unavailable(String code) {
    return UNAVAILABLE.stream()
        .filter(each -> each.code().equals(code))
        .findAny()
        .orElse(RejectionCode.STORE_UNAVAILABLE);
  }
}
