package dev.varve.command.port;

import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.TenantId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Waits for the end of an execution, for {@code ?wait}. */
@FunctionalInterface
public interface EndedExecutions {
  /**
   * Waits until the execution has ended and can be shown.
   *
   * @return its view; null when it did not end in time
   */
  @Nullable JsonNode await(TenantId tenant, ExecutionId executionId, Duration wait)
      throws InterruptedException;
}
