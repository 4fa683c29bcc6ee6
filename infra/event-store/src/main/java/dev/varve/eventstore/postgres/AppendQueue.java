package dev.varve.eventstore.postgres;

import dev.varve.api.log.AppendException;
import dev.varve.eventstore.EventLogSettings;
import dev.varve.eventstore.Heartbeats;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be written on one partition: bounded, in order, taken a group at a time by one
 * writer.
 */
final class AppendQueue {
  /** Wakes a writer that waits for work. */
  private static final PreparedUnit STOP =
      new PreparedUnit(List.of(), List.of(), List.of(), List.of(), 0);

  private static final long IDLE_POLL_MILLIS = 200;

  private final EventLogSettings.Group limits;
  private final ArrayBlockingQueue<PreparedUnit> queue;
  private final Heartbeats.Beat beat;
  private volatile boolean closed;

  /** Taken, but too large for the group before it; the writer's own until the log is closed. */
  private @Nullable PreparedUnit carried;

  AppendQueue(EventLogSettings.Group limits, Heartbeats.Beat beat) {
    this.beat = beat;
    this.limits = limits;
    this.queue = new ArrayBlockingQueue<>(limits.queueMax());
  }

  boolean isClosed() {
    return closed;
  }

  /** Takes nothing more; what waits is the writer's to answer. */
  void close() {
    closed = true;
    queue.offer(STOP); // a full queue needs nobody to wake the writer
  }

  /** Adds a unit, or refuses it at once when too many wait or the log is closed. */
  void submit(PreparedUnit unit) {
    if (closed) {
      throw new AppendException.Unavailable("store.closed", "The log is closed", null);
    }
    if (!queue.offer(unit)) {
      throw new AppendException.Unavailable(
          "server.overloaded", "More than " + limits.queueMax() + " appends are waiting", null);
    }
    if (closed) {
      failQueued(closing());
    }
  }

  /** Returns what waits, up to the limits of a group; empty after a short wait for nothing. */
  List<PreparedUnit> gather() throws InterruptedException {
    beat.now();
    PreparedUnit first =
        carried != null ? carried : queue.poll(IDLE_POLL_MILLIS, TimeUnit.MILLISECONDS);
    carried = null;
    if (first == null || first == STOP) {
      return List.of();
    }
    var group = new ArrayList<PreparedUnit>();
    group.add(first);
    int events = first.rows.size();
    int bytes = first.bytes;
    PreparedUnit next;
    while ((next = queue.poll()) != null && next != STOP) {
      events += next.rows.size();
      bytes += next.bytes;
      if (events > limits.eventsMax() || bytes > limits.bytesMax()) {
        carried = next;
        break;
      }
      group.add(next);
    }
    return group;
  }

  /**
   * Answers everything that waits: it has not been written. Called by the writer, or after its end.
   */
  void failWaiting() {
    failWaiting(closing());
  }

  /** Answers everything that waits with {@code why}: it has not been written. */
  void failWaiting(AppendException why) {
    PreparedUnit left = carried;
    carried = null;
    if (left != null) {
      left.future.completeExceptionally(why);
    }
    failQueued(why);
  }

  private void failQueued(AppendException why) {
    PreparedUnit left;
    while ((left = queue.poll()) != null) {
      left.future.completeExceptionally(why);
    }
  }

  private static AppendException closing() {
    return new AppendException.Unavailable("store.closed", "The log is closed", null);
  }
}
