package dev.varve.query.projection;

/**
 * The database refused a read model's rows or answers; the transaction is rolled back and tried
 * again.
 */
public final class ProjectionFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says what could not be done. */
  public ProjectionFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
