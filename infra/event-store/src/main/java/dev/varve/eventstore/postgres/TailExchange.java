package dev.varve.eventstore.postgres;

import dev.varve.eventstore.EventLogSettings;
import dev.varve.eventstore.Heartbeats;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ObjIntConsumer;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells other nodes the tails of all partitions and learns theirs, on connections of its own.
 *
 * <p>A NOTIFY holds a lock of the whole database through its commit, so it is never part of an
 * append: one connection, without waiting for the disk, sends what is new at most every two
 * milliseconds, and only while other nodes are there to hear it. What arrives is a hint; the
 * writer's guard and the readers' table decide.
 */
final class TailExchange implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TailExchange.class);
  private static final String CHANNEL = "varve_tails";
  private static final int PAYLOAD_MAX = 7_500;
  private static final long PEER_SILENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long RECONNECT_MILLIS = 200;

  private final String self = UUID.randomUUID().toString();
  private final EventLogSettings.Feed settings;
  private final WriterConnections connections;
  private final ObjIntConsumer<Tail> learned;
  private final Runnable poll;
  private final Heartbeats heartbeats;
  private final Heartbeats.Beat sent;
  private final Heartbeats.Beat heard;
  private final Map<Integer, Tail> fresh = new ConcurrentHashMap<>();
  private final Map<Integer, Tail> announced = new ConcurrentHashMap<>();
  private final Thread announcer;
  private final Thread listener;
  private volatile long peerHeardNanos = System.nanoTime() - PEER_SILENCE_NANOS;
  private volatile boolean idle;
  private volatile boolean closed;

  /**
   * Makes an exchange that does nothing until started.
   *
   * @param learned told the tail and partition of another node
   * @param poll run when no wake-up came for a while: looks at the table
   * @param heartbeats hears of both loops
   */
  TailExchange(
      EventLogSettings.Feed settings,
      WriterConnections connections,
      ObjIntConsumer<Tail> learned,
      Runnable poll,
      Heartbeats heartbeats) {
    this.settings = settings;
    this.connections = connections;
    this.learned = learned;
    this.poll = poll;
    this.heartbeats = heartbeats;
    Duration allowed = settings.poll().multipliedBy(5).plusSeconds(5);
    this.sent = heartbeats.register("tails-announce", allowed);
    this.heard = heartbeats.register("tails-listen", allowed);
    this.announcer = new Thread(() -> forever("varve announce", this::announce), "tails-announce");
    this.listener = new Thread(() -> forever("varve listen", this::listen), "tails-listen");
    announcer.setDaemon(true);
    listener.setDaemon(true);
  }

  void start() {
    announcer.start();
    listener.start();
  }

  /** Returns where the loops of the log say that they are alive. */
  Heartbeats heartbeats() {
    return heartbeats;
  }

  /** Notes a new tail of this node; cheap, called by writers right after a commit. */
  void moved(Tail tail, int partition) {
    fresh.put(partition, tail);
    if (idle && hasPeers()) {
      idle = false;
      LockSupport.unpark(announcer);
    }
  }

  @Override
  public void close() {
    closed = true;
    announcer.interrupt();
    listener.interrupt();
  }

  private boolean hasPeers() {
    return System.nanoTime() - peerHeardNanos < PEER_SILENCE_NANOS;
  }

  @FunctionalInterface
  private interface Work {
    void on(Connection connection) throws SQLException;
  }

  /** Does {@code work} on a connection, on a new one after each failure, until closed. */
  private void forever(String purpose, Work work) {
    while (!closed) {
      try (Connection connection = connections.open(purpose)) {
        connection.setAutoCommit(true);
        work.on(connection);
      } catch (SQLException e) {
        LOG.debug("{}: connecting again", purpose, e);
      } catch (RuntimeException e) {
        LOG.warn("{}: going on after a defect", purpose, e);
      }
      if (!closed) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(RECONNECT_MILLIS));
      }
    }
  }

  /**
   * Says hello now and then, so that nodes know of each other, and the tails whenever somebody
   * listens.
   */
  private void announce(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("set synchronous_commit = off");
    }
    long helloNanos = settings.poll().toNanos();
    long saidHello = System.nanoTime() - helloNanos;
    try (var send = connection.prepareStatement("select pg_notify(?, ?)")) {
      while (!closed) {
        sent.now();
        boolean hello = System.nanoTime() - saidHello >= helloNanos;
        boolean news = hasPeers() && !fresh.isEmpty();
        if (hello || news) {
          if (hello) {
            saidHello = System.nanoTime();
          }
          send(send);
          LockSupport.parkNanos(settings.announceEvery().toNanos());
        } else {
          idle = true;
          LockSupport.parkNanos(Math.max(1, helloNanos - (System.nanoTime() - saidHello)));
          idle = false;
        }
      }
    }
  }

  private void send(java.sql.PreparedStatement send) throws SQLException {
    for (Integer partition : List.copyOf(fresh.keySet())) {
      Tail tail = fresh.remove(partition);
      if (tail != null) {
        announced.put(partition, tail);
      }
    }
    var text = new StringBuilder(self);
    for (Map.Entry<Integer, Tail> entry : announced.entrySet()) {
      Tail tail = entry.getValue();
      text.append(' ').append(entry.getKey()).append(':').append(tail.position()).append(':');
      text.append(tail.recordedAtMicros())
          .append(':')
          .append(HexFormat.of().formatHex(tail.hash()));
      if (text.length() > PAYLOAD_MAX) {
        notify(send, text);
        text.setLength(self.length());
      }
    }
    notify(send, text);
  }

  private static void notify(java.sql.PreparedStatement send, CharSequence payload)
      throws SQLException {
    send.setString(1, CHANNEL);
    send.setString(2, payload.toString());
    send.executeQuery().close();
  }

  private void listen(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("listen " + CHANNEL);
    }
    var channel = connection.unwrap(PGConnection.class);
    int waitMillis = (int) Math.max(1, settings.poll().toMillis());
    long polled = System.nanoTime() - settings.poll().toNanos();
    while (!closed) {
      heard.now();
      if (System.nanoTime() - polled >= settings.poll().toNanos()) {
        polled = System.nanoTime();
        poll.run();
      }
      PGNotification[] news = channel.getNotifications(waitMillis);
      for (PGNotification each : news == null ? new PGNotification[0] : news) {
        if (!each.getParameter().startsWith(self)) {
          peerHeardNanos = System.nanoTime();
          hear(each.getParameter());
        }
      }
    }
  }

  private void hear(String payload) {
    String[] parts = payload.split(" ", -1);
    for (int i = 1; i < parts.length; i++) {
      String[] fields = parts[i].split(":", -1);
      try {
        var tail =
            new Tail(
                Long.parseLong(fields[1]),
                HexFormat.of().parseHex(fields[3]),
                Long.parseLong(fields[2]));
        learned.accept(tail, Integer.parseInt(fields[0]));
      } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
        LOG.debug("Ignoring a wake-up that this program does not understand: {}", payload);
        return;
      }
    }
  }
}
