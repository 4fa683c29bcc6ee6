package dev.varve.eventstore;

import dev.varve.api.common.TenantId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the state of streams at a sequence. A cache, never truth: everything in it may be lost.
 */
public interface SnapshotStore {
  /**
   * A remembered state.
   *
   * @param streamId the stream
   * @param sequence the last event that the state contains
   * @param stateRevision revision of the state's shape
   * @param payload the state as JSON
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Snapshot(UUID streamId, long sequence, int stateRevision, byte[] payload) {}

  /** Returns the newest snapshot, or null when there is none of {@code stateRevision}. */
  @Nullable Snapshot find(UUID streamId, int stateRevision);

  /** Keeps a snapshot unless a newer one of the same revision is there. */
  void save(TenantId tenant, Snapshot snapshot);
}
