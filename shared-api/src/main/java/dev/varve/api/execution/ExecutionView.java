package dev.varve.api.execution;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One execution as the read model shows it.
 *
 * @param executionId which
 * @param definition name of its definition
 * @param version version of its definition, fixed at the start
 * @param status where it stands
 * @param businessKey unique among running executions of the definition; null for none
 * @param labels for searching; may be empty
 * @param input what it was started with
 * @param output what it ended with; null before that
 * @param error {@code {code, message, ...}} when it failed; null otherwise
 * @param startedAt database time of the start
 * @param endedAt database time of the end; null before that
 * @param nodes every node instance, and every node that was not reached, in the definition's order
 * @param asOfPosition opaque token of the log position that this view shows
 */
public record ExecutionView(
    UUID executionId,
    String definition,
    int version,
    ExecutionStatus status,
    @Nullable String businessKey,
    Map<String, String> labels,
    @Nullable JsonNode input,
    @Nullable JsonNode output,
    @Nullable JsonNode error,
    Instant startedAt,
    @Nullable Instant endedAt,
    List<NodeView> nodes,
    String asOfPosition) {
  /** Copies the collections. */
  public ExecutionView {
    labels = Map.copyOf(labels);
    nodes = List.copyOf(nodes);
  }

  /**
   * One node instance, or a node that was not reached.
   *
   * @param id the node
   * @param path the node instance
   * @param type node type as written in the definition
   * @param status where it stands
   * @param iteration pass of the innermost loop, 1 outside loops
   * @param attempts every attempt in order; empty for nodes without outside work
   * @param input the configuration with every expression resolved; null when not recorded
   * @param output what it ended with; null otherwise
   * @param error why it failed; null otherwise
   * @param skipReason why it will not run; null otherwise
   * @param startedAt when it became active; null when it did not
   * @param endedAt when it ended; null when it did not
   */
  public record NodeView(
      String id,
      String path,
      String type,
      NodeStatus status,
      int iteration,
      List<AttemptView> attempts,
      @Nullable JsonNode input,
      @Nullable JsonNode output,
      @Nullable JsonNode error,
      @Nullable String skipReason,
      @Nullable Instant startedAt,
      @Nullable Instant endedAt) {
    /** Copies the list. */
    public NodeView {
      attempts = List.copyOf(attempts);
    }
  }

  /**
   * One try of a node's work.
   *
   * @param number from 1
   * @param status where it stands
   * @param startedAt when it could start; null when unknown
   * @param endedAt when its end was recorded; null before that
   * @param error why it failed; null otherwise
   */
  public record AttemptView(
      int number,
      AttemptStatus status,
      @Nullable Instant startedAt,
      @Nullable Instant endedAt,
      @Nullable JsonNode error) {}

  /** Where an attempt stands. */
  public enum AttemptStatus {
    /** Runs or waits to run. */
    ACTIVE,
    /** Succeeded. */
    COMPLETED,
    /** Failed or passed its deadline. */
    FAILED,
    /** Its worker is gone; whether the work was done is not known. */
    LOST,
    /** Was active when the execution ended. */
    CANCELLED
  }
}
