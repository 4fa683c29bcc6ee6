package dev.varve.eventstore.postgres;

import dev.varve.eventstore.AppendObserver;
import dev.varve.eventstore.LogStats;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts what the writers of this node do. */
final class WriterCounters {
  private final LongAdder groups = new LongAdder();
  private final LongAdder events = new LongAdder();
  private final LongAdder units = new LongAdder();
  private final LongAdder slowPaths = new LongAdder();
  private final LongAdder collisions = new LongAdder();
  private final LongAdder settled = new LongAdder();
  private final LongAdder writeNanos = new LongAdder();
  private volatile @Nullable AppendObserver observer;

  void observe(AppendObserver next) {
    observer = next;
  }

  /** Returns {@code nanos}. */
  long committed(Batch batch, long nanos) {
    groups.increment();
    events.add(batch.rows.size());
    units.add(batch.units.size());
    writeNanos.add(nanos);
    return nanos;
  }

  /** Tells what the group cost, once everyone who waited for it has been answered. */
  void answered(Batch batch, long nanos) {
    AppendObserver told = observer;
    if (told != null) {
      told.committed(batch.units.size(), nanos);
      long now = System.nanoTime();
      for (PreparedUnit unit : batch.units) {
        told.answered(now - unit.preparedNanos);
      }
    }
  }

  void slow() {
    slowPaths.increment();
  }

  void collided() {
    collisions.increment();
  }

  void settled() {
    settled.increment();
  }

  LogStats read() {
    return new LogStats(
        groups.sum(),
        events.sum(),
        units.sum(),
        slowPaths.sum(),
        collisions.sum(),
        settled.sum(),
        writeNanos.sum());
  }
}
