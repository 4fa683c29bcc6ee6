package dev.varve.web;

import dev.varve.api.log.AppendException;
import dev.varve.api.rejection.Rejection;
import dev.varve.api.rejection.RejectionCode;
import jakarta.servlet.http.HttpServletRequest;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import tools.jackson.databind.JsonNode;

/**
 * Answers every failure of a controller with a problem document; never with a stack trace, SQL or a
 * class name.
 */
@RestControllerAdvice
public final class ProblemAdvice {
  private static final Logger LOG = LoggerFactory.getLogger(ProblemAdvice.class);
  private static final String RETRY_AFTER_SECONDS = "1";

  /** Answers a refusal. */
  @ExceptionHandler(RejectionException.class)
  public ResponseEntity<JsonNode> rejected(RejectionException e) {
    return answer(e.rejection());
  }

  /** Answers an append that was not committed. */
  @ExceptionHandler(AppendException.class)
  public ResponseEntity<JsonNode> notAppended(AppendException e) {
    LOG.atWarn().addKeyValue("reason", e.getMessage()).log("command not committed");
    return answer(Problems.rejection(e));
  }

  /**
   * Answers everything else: Spring's own refusals keep their status, a client that has left in the
   * middle of its answer gets nothing, the rest is a fault of the server.
   */
  @ExceptionHandler(Exception.class)
  public @Nullable ResponseEntity<JsonNode> broken(Exception e, HttpServletRequest request) {
    if (e instanceof ErrorResponse refused) {
      return refused(refused, request);
    }
    if (isCausedBy(e, AsyncRequestNotUsableException.class)) {
      LOG.atDebug()
          .addKeyValue("path", request.getRequestURI())
          .addKeyValue("reason", e.toString())
          .log("client left before the end of its answer");
      return null;
    }
    if (isCausedBy(e, SQLException.class)) {
      LOG.atWarn().addKeyValue("reason", e.toString()).log("database not available");
      return answer(
          Rejection.of(
              RejectionCode.STORE_UNAVAILABLE, "The database did not answer; try again later"));
    }
    LOG.atError()
        .setCause(e)
        .addKeyValue("method", request.getMethod())
        .addKeyValue("path", request.getRequestURI())
        .log("request failed");
    return answer(
        Rejection.of(RejectionCode.INTERNAL, "The server failed; its log has the reason"));
  }

  private static ResponseEntity<JsonNode> refused(
      ErrorResponse refused, HttpServletRequest request) {
    int status = refused.getStatusCode().value();
    String where = request.getMethod() + " " + request.getRequestURI();
    if (status == 404) {
      return answer(
          Rejection.of(RejectionCode.ROUTE_NOT_FOUND, "Expected a route, but was " + where));
    }
    RejectionCode code =
        switch (status) {
          case 405 -> RejectionCode.REQUEST_METHOD;
          case 406 -> RejectionCode.REQUEST_ACCEPT;
          case 413 -> RejectionCode.REQUEST_TOO_LARGE;
          case 415 -> RejectionCode.REQUEST_MEDIA_TYPE;
          default -> RejectionCode.QUERY_INVALID;
        };
    var rejection = Rejection.of(code, String.valueOf(refused.getBody().getDetail()));
    return ResponseEntity.status(Problems.status(code.kind()))
        .headers(refused.getHeaders())
        .contentType(MediaType.parseMediaType(Problems.MEDIA_TYPE))
        .body(Problems.body(rejection));
  }

  private static boolean isCausedBy(Throwable e, Class<? extends Exception> type) {
    for (Throwable each = e; each != null; each = each.getCause()) {
      if (type.isInstance(each)) {
        return true;
      }
    }
    return false;
  }

  /** Returns the response for {@code rejection}; 429 and 503 carry {@code Retry-After}. */
  public static ResponseEntity<JsonNode> answer(Rejection rejection) {
    int status = Problems.status(rejection.code().kind());
    var response =
        ResponseEntity.status(status).contentType(MediaType.parseMediaType(Problems.MEDIA_TYPE));
    if (status == 429 || status == 503) {
      response.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
    }
    return response.body(Problems.body(rejection));
  }
}
