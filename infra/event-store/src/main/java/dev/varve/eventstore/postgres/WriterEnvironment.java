package dev.varve.eventstore.postgres;

import dev.varve.eventstore.CrashPoints;
import dev.varve.eventstore.CrashPoints.Point;
import dev.varve.eventstore.clock.DatabaseClock;
import dev.varve.eventstore.feed.PartitionFeed;
import java.util.function.ObjIntConsumer;

/** What writers of all partitions share. */
record WriterEnvironment(
    WriterConnections connections,
    DatabaseClock clock,
    StoredNames names,
    EventBuilder events,
    ObjIntConsumer<Tail> announce,
    CrashPoints crashPoints) {

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
    announce.accept(batch.end, partition);
  }

  void reached(Point point) {
    crashPoints.reached(point);
  }
}
