package dev.varve.eventstore.axon;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Finds a state to start from instead of the first event. A cache, never truth: null is always a
 * right answer.
 */
@FunctionalInterface
public interface SnapshotSource {
  /** Knows no snapshots. */
  SnapshotSource NONE = streamId -> null;

  /**
   * Returns the newest usable snapshot of a stream; null when there is none of the present state
   * revision.
   */
  @Nullable Snapshot find(UUID streamId);

  /**
   * A state at a sequence.
   *
   * @param streamType {@code execution} or {@code definition}
   * @param sequence the last event the state has seen
   * @param payload what the aggregate's snapshot handler takes
   */
  record Snapshot(String streamType, long sequence, Object payload) {}
}
