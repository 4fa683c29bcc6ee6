package dev.varve.server;

import dev.varve.api.rejection.Rejection;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.web.Problems;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses query parameters that are no text before anybody reads them: the container notices only
 * then, and in the words of a failure.
 */
final class ParameterFilter extends OncePerRequestFilter {
  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    try {
      Map<String, String[]> _ = request.getParameterMap();
    } catch (InvalidParameterException e) {
      Problems.write(
          response,
          Rejection.of(
              RejectionCode.REQUEST_MALFORMED,
              "Expected query parameters of percent-encoded UTF-8, not too many"),
          1);
      return;
    }
    chain.doFilter(request, response);
  }
}
