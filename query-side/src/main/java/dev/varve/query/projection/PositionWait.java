package dev.varve.query.projection;

import dev.varve.api.log.LogToken;
import java.time.Duration;

/** Waits until a read model shows what has been committed. */
public interface PositionWait {
  /**
   * Waits until {@code projection} has shown everything up to {@code token}.
   *
   * @param projection name of the projection
   * @param token the position that must be shown, in every partition that it names
   * @param atMost longest wait
   * @return false when that did not happen in time
   * @throws InterruptedException when the thread is interrupted
   */
  boolean await(String projection, LogToken token, Duration atMost) throws InterruptedException;
}
