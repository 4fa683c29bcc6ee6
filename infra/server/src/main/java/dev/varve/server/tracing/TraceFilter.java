package dev.varve.server.tracing;

import dev.varve.command.port.Tracing;
import dev.varve.web.Caller;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Makes a span of every request that changes something. Queries, streams, probes and metrics make
 * none: they cause nothing, and there are many of them.
 */
public final class TraceFilter extends OncePerRequestFilter {
  private static final int SERVER_ERROR = 500;

  private final Tracing tracing;

  /** Makes the filter. */
  public TraceFilter(Tracing tracing) {
    this.tracing = tracing;
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return !request.getMethod().equals("POST");
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    String method = request.getMethod();
    try (Tracing.Span span =
        tracing.begin(Tracing.Kind.REQUEST, method, request.getHeader("traceparent"))) {
      span.note("http.request.method", method);
      request.setAttribute(Caller.TRACEPARENT_ATTRIBUTE, span.traceparent());
      chain.doFilter(request, response);
      // The pattern, never the path: a path holds what callers put there.
      if (request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE)
          instanceof String s) {
        span.rename(method + " " + s);
        span.note("http.route", s);
      }
      span.note("http.response.status_code", response.getStatus());
      if (response.getStatus() >= SERVER_ERROR) {
        span.failed(Integer.toString(response.getStatus()));
      }
    }
  }
}
