package dev.varve.replay;

import dev.varve.api.execution.ExecutionEvent.ExecutionCancelled;
import dev.varve.api.execution.ExecutionEvent.ExecutionCompleted;
import dev.varve.api.execution.ExecutionEvent.ExecutionFailed;
import dev.varve.api.execution.ExecutionEvent.ExecutionTimedOut;
import dev.varve.api.log.LogPosition;
import dev.varve.api.log.StreamIds;
import dev.varve.eventstore.EventLog;
import dev.varve.eventstore.FeedReader;
import dev.varve.eventstore.StoredEvent;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for executions to end by listening to the feed: one reader per partition, open only while
 * somebody waits, however many wait. Safe for use by many threads.
 */
public final class ExecutionWaiter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ExecutionWaiter.class);
  private static final int EVENTS_MAX = 1_000;
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  private final EventLog log;
  private final History history;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Integer, Listener> listeners = new HashMap<>();
  private boolean closed;

  /** Listens to {@code log}. */
  public ExecutionWaiter(EventLog log) {
    this.log = log;
    this.history = new History(log);
  }

  /**
   * Starts to watch for the end of an execution. Call it before the command that could end the
   * execution: an end that was committed earlier is not seen.
   *
   * @param executionId which; it need not exist yet
   * @return what to wait on; close it in any case
   */
  public Watch watch(UUID executionId) {
    int partition = StreamIds.partitionOf(executionId);
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("Expected to be open, but was closed");
      }
      Listener listener = listeners.get(partition);
      if (listener == null) {
        listener = new Listener(partition);
        listeners.put(partition, listener);
        listener.start();
      }
      return listener.watch(executionId);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for the end of an execution, also when it ended before.
   *
   * @param executionId which; it must exist
   * @param atMost longest wait
   * @return position of the event that ended it; null when it did not end in time
   * @throws InterruptedException when the thread is interrupted
   */
  public @Nullable LogPosition await(UUID executionId, Duration atMost)
      throws InterruptedException {
    // The watch is opened before the history is read: an end is in one of the two.
    try (Watch watch = watch(executionId)) {
      StoredEvent last = history.last(executionId);
      return last != null && Listener.isEnd(last.payload()) ? last.position() : watch.await(atMost);
    }
  }

  /** Ends all waits, in vain. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      listeners.values().forEach(Listener::stop);
      listeners.clear();
    } finally {
      lock.unlock();
    }
  }

  /** One who waits for the end of one execution. */
  public final class Watch implements AutoCloseable {
    private final Listener listener;
    private final UUID executionId;
    private final CompletableFuture<LogPosition> end = new CompletableFuture<>();

    private Watch(Listener listener, UUID executionId) {
      this.listener = listener;
      this.executionId = executionId;
    }

    /**
     * Waits for the end.
     *
     * @param atMost longest wait
     * @return position of the event that ended the execution; null when it did not end in time
     * @throws InterruptedException when the thread is interrupted
     */
    public @Nullable LogPosition await(Duration atMost) throws InterruptedException {
      try {
        return end.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        return null;
      } catch (ExecutionException e) {
        throw new IllegalStateException("The feed could not be read", e.getCause());
      }
    }

    @Override
    public void close() {
      lock.lock();
      try {
        listener.forget(this);
      } finally {
        lock.unlock();
      }
    }
  }

  /** Reads one partition as long as somebody waits; its state is guarded by the lock. */
  private final class Listener implements Runnable {
    private final int partition;
    private final FeedReader feed;
    private final Map<UUID, Set<Watch>> watches = new HashMap<>();
    private volatile boolean stopped;

    Listener(int partition) {
      this.partition = partition;
      this.feed = log.openFeed(partition, log.tail(partition).position());
    }

    void start() {
      Thread.ofVirtual().name("execution-waiter-" + partition).start(this);
    }

    Watch watch(UUID executionId) {
      var watch = new Watch(this, executionId);
      watches.computeIfAbsent(executionId, _ -> new HashSet<>()).add(watch);
      return watch;
    }

    void forget(Watch watch) {
      Set<Watch> same = watches.get(watch.executionId);
      if (same != null) {
        same.remove(watch);
        if (same.isEmpty()) {
          watches.remove(watch.executionId);
        }
      }
    }

    void stop() {
      stopped = true;
      watches.values().forEach(same -> same.forEach(watch -> watch.end.cancel(false)));
      watches.clear();
    }

    @Override
    public void run() {
      try (feed) {
        while (!stopped && !idle()) {
          tell(feed.next(EVENTS_MAX, LOOK_EVERY));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (RuntimeException e) {
        LOG.atWarn().setCause(e).addKeyValue("partition", partition).log("feed reader stopped");
        fail(e);
      }
    }

    /** Ends this listener when nobody waits; whoever comes later gets a new one. */
    private boolean idle() {
      lock.lock();
      try {
        if (watches.isEmpty()) {
          listeners.remove(partition, this);
          return true;
        }
        return false;
      } finally {
        lock.unlock();
      }
    }

    private void fail(RuntimeException cause) {
      lock.lock();
      try {
        listeners.remove(partition, this);
        watches.values().forEach(same -> same.forEach(w -> w.end.completeExceptionally(cause)));
      } finally {
        lock.unlock();
      }
    }

    private void tell(List<StoredEvent> events) {
      for (StoredEvent event : events) {
        if (isEnd(event.payload())) {
          lock.lock();
          try {
            Set<Watch> same = watches.get(event.streamId());
            if (same != null) {
              same.forEach(watch -> watch.end.complete(event.position()));
            }
          } finally {
            lock.unlock();
          }
        }
      }
    }

    private static boolean isEnd(Object payload) {
      return switch (payload) {
        case ExecutionCompleted _, ExecutionFailed _, ExecutionCancelled _, ExecutionTimedOut _ ->
            true;
        default -> false;
      };
    }
  }
}
