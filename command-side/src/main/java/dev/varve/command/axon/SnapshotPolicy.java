package dev.varve.command.axon;

import dev.varve.api.common.TenantId;
import dev.varve.command.core.execution.ExecutionState;
import dev.varve.command.port.Snapshots;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Keeps the state of long executions: whenever a commit passes a multiple of so many events, off
 * the path of the command. A snapshot that fails to be written or read is only a longer load.
 */
public final class SnapshotPolicy {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotPolicy.class);

  private static final String TENANT = "tenant";
  private static final String STATE = "state";

  private final Snapshots snapshots;
  private final DefinitionCatalog catalog;
  private final int everyEvents;
  private final Set<UUID> underWay = ConcurrentHashMap.newKeySet();

  /**
   * Makes a policy.
   *
   * @param snapshots where states are kept
   * @param catalog finds the definition that a state is bound to
   * @param everyEvents how many events lie between two snapshots of an execution
   */
  public SnapshotPolicy(Snapshots snapshots, DefinitionCatalog catalog, int everyEvents) {
    if (everyEvents < 1) {
      throw new IllegalArgumentException("Expected at least 1 event, but was " + everyEvents);
    }
    this.snapshots = snapshots;
    this.catalog = catalog;
    this.everyEvents = everyEvents;
  }

  void committed(
      TenantId tenant, UUID stream, long sequence, int eventCount, ExecutionState state) {
    long before = sequence - eventCount + 1;
    boolean due = before / everyEvents != (sequence + 1) / everyEvents;
    if (due && !state.terminal() && underWay.add(stream)) {
      Thread.ofVirtual().name("snapshot").start(() -> save(tenant, stream, sequence, state));
    }
  }

  private void save(TenantId tenant, UUID stream, long sequence, ExecutionState state) {
    try {
      JsonNode kept =
          JsonNodeFactory.instance
              .objectNode()
              .put(TENANT, tenant.value())
              .set(STATE, state.toSnapshot());
      snapshots.save(tenant, new Snapshots.Stored(stream, sequence, ExecutionState.REVISION, kept));
    } catch (RuntimeException e) {
      LOG.atWarn().addKeyValue("streamId", stream).setCause(e).log("snapshot was not kept");
    } finally {
      underWay.remove(stream);
    }
  }

  /** Returns the newest usable state of an execution; null when there is none. */
  public @Nullable Restored<ExecutionState> find(UUID stream) {
    try {
      Snapshots.Stored stored = snapshots.find(stream, ExecutionState.REVISION);
      if (stored == null) {
        return null;
      }
      var tenant = new TenantId(stored.state().path(TENANT).asString());
      JsonNode state = stored.state().path(STATE);
      return new Restored<>(
          tenant, stored.sequence(), ExecutionState.fromSnapshot(state, catalog.of(tenant)));
    } catch (RuntimeException e) {
      LOG.atWarn().addKeyValue("streamId", stream).setCause(e).log("snapshot was not usable");
      return null;
    }
  }
}
