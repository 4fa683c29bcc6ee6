package dev.varve.server;

import dev.varve.api.common.TenantId;
import dev.varve.command.port.LogLookup;
import dev.varve.command.port.Snapshots;
import dev.varve.eventstore.EventLog;
import dev.varve.eventstore.Receipt;
import dev.varve.eventstore.SnapshotStore;
import dev.varve.eventstore.codec.EventJson;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The event store as the command side's ports see it. */
final class LogAdapters {
  /** States hold what events hold. */
  private static final JsonMapper JSON = EventJson.mapper();

  private LogAdapters() {}

  /** Looks up receipts and keys in {@code log}. */
  record Lookup(EventLog log) implements LogLookup {
    @Override
    public @Nullable FirstAnswer findReceipt(int partition, TenantId tenant, String key) {
      Receipt receipt = log.findReceipt(partition, tenant, key);
      return receipt == null ? null : new FirstAnswer(receipt.bodyHash(), receipt.committed());
    }

    @Override
    public @Nullable UUID findKeyOwner(TenantId tenant, String scope, String key) {
      return log.findKeyOwner(tenant, scope, key);
    }
  }

  /** Keeps states in {@code store}, as JSON text. */
  record StoredSnapshots(SnapshotStore store) implements Snapshots {
    @Override
    public @Nullable Stored find(UUID streamId, int stateRevision) {
      SnapshotStore.Snapshot found = store.find(streamId, stateRevision);
      return found == null
          ? null
          : new Stored(streamId, found.sequence(), stateRevision, JSON.readTree(found.payload()));
    }

    @Override
    public void save(TenantId tenant, Stored snapshot) {
      byte[] payload = snapshot.state().toString().getBytes(StandardCharsets.UTF_8);
      store.save(
          tenant,
          new SnapshotStore.Snapshot(
              snapshot.streamId(), snapshot.sequence(), snapshot.stateRevision(), payload));
    }
  }
}
