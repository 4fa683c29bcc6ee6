package dev.varve.testkit.log;

import dev.varve.api.common.TenantId;
import dev.varve.api.log.Committed;
import dev.varve.api.log.LogPosition;
import dev.varve.api.log.LogToken;
import dev.varve.eventstore.AppendUnit;
import dev.varve.eventstore.EventLog;
import dev.varve.eventstore.FeedReader;
import dev.varve.eventstore.Receipt;
import dev.varve.eventstore.StoredEvent;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A log that does what another one does; the wrong ones begin here. */
class DelegatingLog implements EventLog {
  private final EventLog log;

  DelegatingLog(EventLog log) {
    this.log = log;
  }

  @Override
  public CompletableFuture<List<Committed>> append(AppendUnit unit) {
    return log.append(unit);
  }

  @Override
  public List<StoredEvent> readStream(UUID streamId, long fromSequence, int max) {
    return log.readStream(streamId, fromSequence, max);
  }

  @Override
  public List<StoredEvent> readPartition(int partition, long afterPosition, int max) {
    return log.readPartition(partition, afterPosition, max);
  }

  @Override
  public LogPosition tail(int partition) {
    return log.tail(partition);
  }

  @Override
  public List<Integer> partitions() {
    return log.partitions();
  }

  @Override
  public LogToken tail() {
    return log.tail();
  }

  @Override
  public FeedReader openFeed(int partition, long afterPosition) {
    return log.openFeed(partition, afterPosition);
  }

  @Override
  public @Nullable Receipt findReceipt(int partition, TenantId tenant, String key) {
    return log.findReceipt(partition, tenant, key);
  }

  @Override
  public @Nullable UUID findKeyOwner(TenantId tenant, String scope, String key) {
    return log.findKeyOwner(tenant, scope, key);
  }

  @Override
  public void close() {
    log.close();
  }
}
