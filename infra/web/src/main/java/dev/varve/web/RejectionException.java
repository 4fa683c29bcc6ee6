package dev.varve.web;

import dev.varve.api.rejection.Rejection;

/**
 * Carries a {@link Rejection} from a controller to {@link ProblemAdvice}; used at the HTTP edge
 * only.
 */
public final class RejectionException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final transient Rejection rejection;

  /** Wraps {@code rejection}. */
  public RejectionException(Rejection rejection) {
    super(rejection.code().code() + ": " + rejection.detail(), null, false, false);
    this.rejection = rejection;
  }

  /** Returns why the request is refused. */
  public Rejection rejection() {
    return rejection;
  }
}
