package dev.varve.server;

import dev.varve.api.rejection.Rejection;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.web.Caller;
import dev.varve.web.Problems;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Lets each API key send so many requests per second and no more, so that one client that runs wild
 * does not starve the others. A key may use up at once what it saved for a second. Probes and
 * metrics are not counted.
 */
final class RateLimitFilter extends OncePerRequestFilter {
  private static final String NO_KEY = "";
  private static final Duration PERIOD = Duration.ofSeconds(1);

  private final int requestsPerSecond;
  private final ConcurrentHashMap<String, Bucket> buckets = new ConcurrentHashMap<>();

  /**
   * Makes it.
   *
   * @param requestsPerSecond per key, at least 1
   */
  RateLimitFilter(int requestsPerSecond) {
    this.requestsPerSecond = requestsPerSecond;
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    String path = request.getRequestURI();
    return path.startsWith("/health") || path.equals("/metrics");
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    Object actor = request.getAttribute(Caller.ACTOR_ATTRIBUTE);
    Bucket bucket =
        buckets.computeIfAbsent(actor == null ? NO_KEY : actor.toString(), _ -> bucket());
    ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
    if (probe.isConsumed()) {
      chain.doFilter(request, response);
      return;
    }
    long nanos = probe.getNanosToWaitForRefill();
    long seconds = Math.max(1, Math.ceilDiv(nanos, PERIOD.toNanos()));
    String detail =
        "Expected at most "
            + requestsPerSecond
            + " requests per second and key; nothing was done, try again";
    Problems.write(response, Rejection.of(RejectionCode.REQUEST_RATE, detail), seconds);
  }

  private Bucket bucket() {
    return Bucket.builder()
        .addLimit(
            limit -> limit.capacity(requestsPerSecond).refillGreedy(requestsPerSecond, PERIOD))
        .build();
  }
}
