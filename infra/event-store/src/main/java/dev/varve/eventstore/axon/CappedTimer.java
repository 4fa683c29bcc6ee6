package dev.varve.eventstore.axon;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * A timer that never waits longer than its cap. Axon doubles its pauses after failures up to a
 * minute; after a long outage of the database a projection would then stand still for that long
 * although everything is well again.
 */
final class CappedTimer extends ScheduledThreadPoolExecutor {
  private final long capNanos;

  CappedTimer(ThreadFactory factory, long capMillis) {
    super(1, factory);
    this.capNanos = TimeUnit.MILLISECONDS.toNanos(capMillis);
    setRemoveOnCancelPolicy(true);
    setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    return super.schedule(task, Math.min(unit.toNanos(delay), capNanos), TimeUnit.NANOSECONDS);
  }
}
