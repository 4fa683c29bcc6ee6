package dev.varve.server;

import dev.varve.api.rejection.Rejection;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.web.ProblemAdvice;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Answers with a problem document where a request failed before it reached a controller. */
@RestController
final class FailureController implements ErrorController {
  private static final int HTTP_VERSION = 505; // the client's fault, in spite of its number

  /** The servlet container forwards here; called from outside it is a route like any other. */
  @RequestMapping("/error")
  ResponseEntity<JsonNode> failed(HttpServletRequest request) {
    Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
    return ProblemAdvice.answer(rejection(status instanceof Integer code ? code : 404));
  }

  /** Returns the refusal for a status that the container chose. */
  static Rejection rejection(int status) {
    return switch (status) {
      case 404 -> Rejection.of(RejectionCode.ROUTE_NOT_FOUND, "Expected a route");
      case 405, 501 -> Rejection.of(RejectionCode.REQUEST_METHOD, "Expected another method");
      case 413 -> Rejection.of(RejectionCode.REQUEST_TOO_LARGE, "Expected a smaller request");
      case 415 -> Rejection.of(RejectionCode.REQUEST_MEDIA_TYPE, "Expected another media type");
      case 503 -> Rejection.of(RejectionCode.OVERLOADED, "The server is being stopped or is full");
      default ->
          status >= 500 && status != HTTP_VERSION
              ? Rejection.of(RejectionCode.INTERNAL, "The server failed; its log has the reason")
              : Rejection.of(
                  RejectionCode.REQUEST_MALFORMED, "Expected an HTTP request as in RFC 9110");
    };
  }
}
