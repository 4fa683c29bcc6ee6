package dev.varve.command.worker;

import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.NodePath;
import dev.varve.api.common.TenantId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One attempt as its handler sees it. */
public interface TaskContext {
  /** Returns whose execution it is. */
  TenantId tenant();

  /** Returns which execution. */
  ExecutionId executionId();

  /** Returns the name of the definition. */
  String definition();

  /** Returns the id of the node. */
  String node();

  /** Returns the node instance; equal to the node's id outside maps and loops. */
  NodePath path();

  /** Returns the number of the attempt, from 1. */
  int attempt();

  /** Returns the node's configuration with every expression resolved; must not be changed. */
  JsonNode input();

  /**
   * Returns the key that every effect must carry: the same for every attempt of the node instance.
   */
  String idempotencyKey();

  /** Returns when the attempt times out, by the database's clock; null for never. */
  @Nullable Instant deadline();

  /**
   * Returns the W3C trace context that an effect should carry on, as the {@code traceparent} header
   * of a call; null when the work belongs to no trace. It may be any text that a caller sent.
   */
  default @Nullable String traceparent() {
    return null;
  }

  /**
   * Tells whether the result is no longer wanted; the handler's thread is interrupted then, too.
   */
  boolean cancelled();
}
