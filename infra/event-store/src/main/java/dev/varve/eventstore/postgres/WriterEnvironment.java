package dev.varve.eventstore.postgres;

import dev.varve.eventstore.CrashPoints;
import dev.varve.eventstore.CrashPoints.Point;
import dev.varve.eventstore.Heartbeats;
import dev.varve.eventstore.clock.DatabaseClock;
import dev.varve.eventstore.feed.PartitionFeed;
import java.time.Duration;

/** What writers of all partitions share. */
record WriterEnvironment(
    WriterConnections connections,
    DatabaseClock clock,
    StoredNames names,
    EventBuilder events,
    TailExchange exchange,
    CrashPoints crashPoints) {

  /** Longer than it takes to settle a group in doubt. */
  private static final Duration WRITER_SILENCE = Duration.ofSeconds(40);

  /** Makes a durable group known: feed first, then those who wait, then other nodes. */
  void publish(int partition, Batch batch, PartitionFeed feed) {
    reached(Point.BEFORE_FEED);
    feed.publish(events.built(partition, batch));
    reached(Point.BEFORE_ANSWERS);
    for (PreparedUnit unit : batch.units) {
      unit.complete();
      reached(Point.BETWEEN_ANSWERS);
    }
    reached(Point.BEFORE_ANNOUNCEMENT);
    exchange.moved(batch.end, partition);
  }

  /** Where the writer of a partition says that it is alive. */
  Heartbeats.Beat beat(int partition) {
    return exchange.heartbeats().register("append-" + partition, WRITER_SILENCE);
  }

  void reached(Point point) {
    crashPoints.reached(point);
  }
}
