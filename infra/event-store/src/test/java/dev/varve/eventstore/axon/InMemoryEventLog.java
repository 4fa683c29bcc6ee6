package dev.varve.eventstore.axon;

import dev.varve.api.common.TenantId;
import dev.varve.api.log.AppendException;
import dev.varve.api.log.CommandCommit;
import dev.varve.api.log.Committed;
import dev.varve.api.log.LogPosition;
import dev.varve.api.log.LogToken;
import dev.varve.eventstore.AppendUnit;
import dev.varve.eventstore.EventLog;
import dev.varve.eventstore.FeedReader;
import dev.varve.eventstore.NewEvent;
import dev.varve.eventstore.Receipt;
import dev.varve.eventstore.StoredEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A log of one partition on the heap, for tests of what stands on the log; records the units it was
 * given.
 */
final class InMemoryEventLog implements EventLog {
  static final Instant BIRTH = Instant.parse("2026-01-01T00:00:00Z");

  final List<AppendUnit> units = new CopyOnWriteArrayList<>();
  private final List<StoredEvent> events = new ArrayList<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private @Nullable AppendException nextFailure;

  synchronized void failNextWith(AppendException failure) {
    nextFailure = failure;
  }

  @Override
  public CompletableFuture<List<Committed>> append(AppendUnit unit) {
    List<Committed> results;
    try {
      results = store(unit);
    } catch (AppendException e) {
      return CompletableFuture.failedFuture(e);
    }
    listeners.forEach(Runnable::run);
    return CompletableFuture.completedFuture(results);
  }

  private synchronized List<Committed> store(AppendUnit unit) {
    AppendException failure = nextFailure;
    if (failure != null) {
      nextFailure = null;
      throw failure;
    }
    for (NewEvent each : unit.events()) {
      if (events.stream()
          .anyMatch(e -> e.streamId().equals(each.streamId()) && e.sequence() == each.sequence())) {
        throw new AppendException.StreamConflict(each.streamId(), each.sequence());
      }
    }
    units.add(unit);
    var results = new ArrayList<Committed>();
    int next = 0;
    for (CommandCommit commit : unit.commits()) {
      for (int i = 0; i < commit.eventCount(); i++) {
        add(unit.events().get(next++), commit);
      }
      var committed = new Committed(new LogPosition(0, events.size(), 0), commit.answer(), false);
      commit.complete(committed);
      results.add(committed);
    }
    return results;
  }

  private void add(NewEvent event, CommandCommit commit) {
    long position = events.size() + 1L;
    events.add(
        new StoredEvent(
            new LogPosition(0, position, 0),
            event.streamId(),
            event.streamType(),
            event.sequence(),
            commit.metadata().tenant(),
            event.eventId(),
            "test.happened",
            1,
            BIRTH.plusSeconds(position),
            event.payload(),
            commit.metadata(),
            "here"));
  }

  @Override
  public synchronized List<StoredEvent> readStream(UUID streamId, long fromSequence, int max) {
    return events.stream()
        .filter(e -> e.streamId().equals(streamId) && e.sequence() >= fromSequence)
        .limit(max)
        .toList();
  }

  @Override
  public synchronized List<StoredEvent> readPartition(int partition, long after, int max) {
    return List.copyOf(
        events.subList(
            (int) Math.min(after, events.size()), (int) Math.min(after + max, events.size())));
  }

  @Override
  public synchronized LogPosition tail(int partition) {
    return new LogPosition(partition, events.size(), 0);
  }

  @Override
  public List<Integer> partitions() {
    return List.of(0);
  }

  @Override
  public LogToken tail() {
    return LogToken.of(tail(0));
  }

  @Override
  public FeedReader openFeed(int partition, long afterPosition) {
    return new FeedReader() {
      private long at = afterPosition;

      @Override
      public List<StoredEvent> next(int max, Duration wait) {
        List<StoredEvent> page = readPartition(partition, at, max);
        at += page.size();
        return page;
      }

      @Override
      public void onAvailable(Runnable callback) {
        listeners.add(callback);
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public @Nullable Receipt findReceipt(int partition, TenantId tenant, String key) {
    return null;
  }

  @Override
  public @Nullable UUID findKeyOwner(TenantId tenant, String scope, String key) {
    return null;
  }

  @Override
  public void close() {}
}
