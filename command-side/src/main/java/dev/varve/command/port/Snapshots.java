package dev.varve.command.port;

import dev.varve.api.common.TenantId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Keeps states of streams, so that a long one need not be folded from its start. A cache, never
 * truth.
 */
public interface Snapshots {
  /** Returns the newest state of a stream, or null when there is none of {@code stateRevision}. */
  @Nullable Stored find(UUID streamId, int stateRevision);

  /** Keeps a state unless a newer one of the same revision is there. */
  void save(TenantId tenant, Stored snapshot);

  /**
   * A kept state.
   *
   * @param streamId the stream
   * @param sequence the last event that the state contains
   * @param stateRevision revision of the state's shape
   * @param state the state
   */
  record Stored(UUID streamId, long sequence, int stateRevision, JsonNode state) {}
}
