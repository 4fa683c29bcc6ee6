package dev.varve.server;

import dev.varve.api.rejection.Rejection;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.command.mailbox.Admission;
import dev.varve.web.Problems;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses calls that would send a command while no more are let in, before their body is read: a
 * refusal must cost little, or refusing would be the overload.
 */
final class AdmissionFilter extends OncePerRequestFilter {
  private static final int RETRY_AFTER_SECONDS = 1;
  private static final String API = "/api/";

  private final Admission admission;

  AdmissionFilter(Admission admission) {
    this.admission = admission;
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return !request.getMethod().equals("POST") || !request.getRequestURI().startsWith(API);
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (!admission.isFull()) {
      chain.doFilter(request, response);
      return;
    }
    admission.refuse();
    String detail =
        "Expected at most "
            + admission.waitingMax()
            + " commands at once; nothing was done, try again";
    Problems.write(response, Rejection.of(RejectionCode.OVERLOADED, detail), RETRY_AFTER_SECONDS);
  }
}
