package dev.varve.eventstore;

import dev.varve.api.common.Limits;
import java.time.Duration;

/**
 * How the log of one node behaves.
 *
 * @param node name of this node, stored with every event
 * @param group how appends are gathered
 * @param timeouts how long the database may take
 * @param feed how readers are fed
 */
public record EventLogSettings(String node, Group group, Timeouts timeouts, Feed feed) {

  /**
   * How appends are gathered into one commit.
   *
   * @param eventsMax most events of a group
   * @param bytesMax most payload bytes of a group
   * @param queueMax most units waiting per partition; more are refused with {@code
   *     server.overloaded}
   * @param payloadBytesMax largest payload before compression
   */
  public record Group(int eventsMax, int bytesMax, int queueMax, int payloadBytesMax) {
    /** 1,024 events or 4 MiB, 16,384 waiting. */
    public static final Group DEFAULT =
        new Group(1_024, 4 * 1024 * 1024, 16_384, Limits.EVENT_PAYLOAD_BYTES_MAX);
  }

  /**
   * How long the database may take.
   *
   * @param lock longest wait for a lock of the append path
   * @param statement longest statement of a writer
   * @param socket longest silence of the database
   * @param settle longest time in which an open outcome is settled, or an absent database is waited
   *     for
   */
  public record Timeouts(Duration lock, Duration statement, Duration socket, Duration settle) {
    /** 5 s, 10 s, 20 s, 30 s. */
    public static final Timeouts DEFAULT =
        new Timeouts(
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(20),
            Duration.ofSeconds(30));
  }

  /**
   * How readers are fed.
   *
   * @param fromMemory whether events committed by this node reach its readers without the table
   * @param events how many recent events are kept per partition, a power of two
   * @param announceEvery shortest time between two wake-ups of other nodes
   * @param poll longest time after which the table is looked at when no wake-up came
   */
  public record Feed(boolean fromMemory, int events, Duration announceEvery, Duration poll) {
    /** On, 16,384 events, 2 ms, 1 s. */
    public static final Feed DEFAULT =
        new Feed(true, 16_384, Duration.ofMillis(2), Duration.ofSeconds(1));
  }

  /** Returns the defaults for a node. */
  public static EventLogSettings of(String node) {
    return new EventLogSettings(node, Group.DEFAULT, Timeouts.DEFAULT, Feed.DEFAULT);
  }

  /** Returns these settings with another group. */
  public EventLogSettings with(Group other) {
    return new EventLogSettings(node, other, timeouts, feed);
  }

  /** Returns these settings with other timeouts. */
  public EventLogSettings with(Timeouts other) {
    return new EventLogSettings(node, group, other, feed);
  }

  /** Returns these settings with another feed. */
  public EventLogSettings with(Feed other) {
    return new EventLogSettings(node, group, timeouts, other);
  }
}
