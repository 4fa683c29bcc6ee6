package dev.varve.server;

import dev.varve.api.rejection.Rejection;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.web.Caller;
import dev.varve.web.Problems;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;

/** Lets only callers with the API key in, when there is one. The liveness probe is open. */
final class ApiKeyFilter extends OncePerRequestFilter {
  private static final String BEARER = "Bearer ";
  private final byte @Nullable [] key;

  ApiKeyFilter(@Nullable String apiKey) {
    this.key = apiKey == null || apiKey.isBlank() ? null : apiKey.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (key == null || request.getRequestURI().equals("/health/live")) {
      chain.doFilter(request, response);
    } else if (carriesKey(request, key)) {
      request.setAttribute(Caller.ACTOR_ATTRIBUTE, "key:default");
      chain.doFilter(request, response);
    } else {
      refuse(response);
    }
  }

  private static boolean carriesKey(HttpServletRequest request, byte[] key) {
    String header = request.getHeader(HttpHeaders.AUTHORIZATION);
    return header != null
        && header.startsWith(BEARER)
        && MessageDigest.isEqual(
            header.substring(BEARER.length()).getBytes(StandardCharsets.UTF_8), key);
  }

  private static void refuse(HttpServletResponse response) throws IOException {
    response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    var rejection =
        Rejection.of(
            RejectionCode.UNAUTHENTICATED, "Expected the header Authorization: Bearer <API key>");
    Problems.write(response, rejection, 1);
  }
}
