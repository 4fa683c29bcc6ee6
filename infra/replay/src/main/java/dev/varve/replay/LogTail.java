package dev.varve.replay;

import dev.varve.api.common.TenantId;
import dev.varve.api.log.LogPosition;
import dev.varve.api.log.LogToken;
import dev.varve.eventstore.EventLog;
import dev.varve.eventstore.FeedReader;
import dev.varve.eventstore.StoredEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The events of all partitions as they are committed, each once and none left out, with the token
 * that goes on after each. Used by one thread; holds one page of events at a time.
 */
public final class LogTail implements AutoCloseable {
  /** Most events read at once from one partition: what a slow client makes this hold. */
  private static final int PAGE = 32;

  private final TenantId tenant;
  private final Set<String> types;
  private final Map<Integer, FeedReader> readers = new LinkedHashMap<>();
  private final Semaphore available = new Semaphore(0);
  private LogToken token;

  /**
   * An event and where to go on after it.
   *
   * @param event what was committed
   * @param after the token of this place
   */
  public record Item(StoredEvent event, LogToken after) {}

  /**
   * Begins after {@code token}.
   *
   * @param tenant whose events
   * @param token a place that is in the log
   * @param types stored names to show; empty for all
   */
  public LogTail(EventLog log, TenantId tenant, LogToken token, Set<String> types) {
    this.tenant = tenant;
    this.types = types;
    this.token = token;
    for (int partition : log.partitions()) {
      FeedReader reader = log.openFeed(partition, token.at(partition).position());
      reader.onAvailable(available::release);
      readers.put(partition, reader);
    }
  }

  /**
   * Returns the next events; may be empty before {@code wait} is over, since others' events pass.
   *
   * @throws InterruptedException when the thread is interrupted
   */
  public List<Item> next(Duration wait) throws InterruptedException {
    available.drainPermits();
    var items = new ArrayList<Item>();
    boolean progress = false;
    for (FeedReader reader : readers.values()) {
      for (StoredEvent event : reader.next(PAGE, Duration.ZERO)) {
        LogPosition at = event.position();
        token = token.with(at);
        progress = true;
        if (event.tenant().equals(tenant) && (types.isEmpty() || types.contains(event.type()))) {
          items.add(new Item(event, token));
        }
      }
    }
    if (!progress) {
      boolean _ = available.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS);
    }
    return items;
  }

  /** Returns where to go on after everything that was looked at, shown or not. */
  public LogToken token() {
    return token;
  }

  @Override
  public void close() {
    readers.values().forEach(FeedReader::close);
  }
}
