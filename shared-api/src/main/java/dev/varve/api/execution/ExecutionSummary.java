package dev.varve.api.execution;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One execution in a list.
 *
 * @param executionId which
 * @param definition name of its definition
 * @param version version of its definition
 * @param status where it stands
 * @param businessKey unique among running executions of the definition; null for none
 * @param labels for searching; may be empty
 * @param startedAt database time of the start
 * @param endedAt database time of the end; null before that
 */
public record ExecutionSummary(
    UUID executionId,
    String definition,
    int version,
    ExecutionStatus status,
    @Nullable String businessKey,
    Map<String, String> labels,
    Instant startedAt,
    @Nullable Instant endedAt) {
  /** Copies the labels. */
  public ExecutionSummary {
    labels = Map.copyOf(labels);
  }
}
