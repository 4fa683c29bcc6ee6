package dev.varve.command.worker;

import dev.varve.api.common.ErrorInfo;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Thrown by a handler to fail its attempt with a code of its own. */
public final class TaskFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final String code;
  private final boolean retryable;
  private final transient @Nullable JsonNode details;
  private final @Nullable Duration retryAfter;

  /**
   * Makes a failure.
   *
   * @param code stable and machine readable, e.g. {@code card.declined}
   * @param message plain words, never a secret
   * @param retryable whether trying again may help
   */
  public TaskFailure(String code, String message, boolean retryable) {
    this(code, message, retryable, null, null);
  }

  /**
   * Makes a failure with more to say.
   *
   * @param details more for a program to read; null for none
   * @param retryAfter shortest wait before the next attempt; null when the other side asked for
   *     none
   */
  public TaskFailure(
      String code,
      String message,
      boolean retryable,
      @Nullable JsonNode details,
      @Nullable Duration retryAfter) {
    // No stack trace: a failed attempt is an expected answer, and may come by the thousand.
    super(message, null, false, false);
    this.code = code;
    this.retryable = retryable;
    this.details = details;
    this.retryAfter = retryAfter;
  }

  /** Returns the stable code. */
  public String code() {
    return code;
  }

  /** Tells whether trying again may help. */
  public boolean retryable() {
    return retryable;
  }

  /** Returns the shortest wait before the next attempt; null for none. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }

  /** Returns the failure as it is recorded. */
  public ErrorInfo error() {
    return new ErrorInfo(code, Messages.plain(getMessage()), details, null);
  }
}
