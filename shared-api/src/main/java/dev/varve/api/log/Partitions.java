package dev.varve.api.log;

import dev.varve.api.common.TenantId;
import java.util.UUID;

/**
 * Says in which partition a new stream is born. Existing streams carry it in their id ({@code
 * StreamIds}).
 */
public interface Partitions {
  /** Number of slots that keys are hashed to; a stored map gives each slot a partition. */
  int SLOTS = 4_096;

  /**
   * Returns the partition for a key of {@code tenant} (business key, idempotency key, definition
   * name).
   */
  int forKey(TenantId tenant, String key);

  /** Returns a partition for a stream that is not found by any key. */
  int any();

  /** Returns a fresh stream id born in {@code partition} (UUIDv7 shape, see {@link StreamIds}). */
  UUID newStreamId(int partition);
}
