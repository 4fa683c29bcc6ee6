package dev.varve.testkit.crash;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.varve.api.log.AppendException;
import dev.varve.api.log.Committed;
import dev.varve.eventstore.AppendUnit;
import dev.varve.eventstore.CrashPoints;
import dev.varve.eventstore.EventLogSettings;
import dev.varve.eventstore.EventTypes;
import dev.varve.eventstore.axon.PostgresTokenStore;
import dev.varve.eventstore.axon.ProcessorSettings;
import dev.varve.eventstore.axon.ProjectionProcessors;
import dev.varve.eventstore.clock.DatabaseClock;
import dev.varve.eventstore.postgres.PostgresEventLog;
import dev.varve.eventstore.postgres.WriterConnections;
import dev.varve.testkit.log.TestUnit;
import dev.varve.testkit.processor.ThreadTransactions;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.axonframework.eventhandling.pooled.PooledStreamingEventProcessor;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A node in a process of its own: clients that append without pause and write down every answer,
 * and a projection that writes down every event. It is halted, as if the power was cut, when it has
 * come to its place often enough.
 *
 * <p>Answers go to the standard output, a line each, {@code ack <stream> <sequence> <position>}:
 * the process that reads them outlives this one.
 */
final class CrashNode implements CrashPoints {
  static final int HALTED = 42;
  static final String PROJECTION = "crash";

  private final CrashPlace place;
  private final AtomicInteger left;

  private CrashNode(CrashPlace place, int hits) {
    this.place = place;
    this.left = new AtomicInteger(hits);
  }

  /** Takes url, user, password, place, hits, events per client (then it ends), and streams. */
  public static void main(String[] args) throws Exception {
    var database = new PGSimpleDataSource();
    database.setURL(args[0]);
    database.setUser(args[1]);
    database.setPassword(args[2]);
    var node = new CrashNode(CrashPlace.valueOf(args[3]), Integer.parseInt(args[4]));
    node.run(args, database);
    Runtime.getRuntime().halt(0);
  }

  private void run(String[] args, PGSimpleDataSource database) throws Exception {
    int events = Integer.parseInt(args[5]);
    List<String> streams = List.of(args).subList(6, args.length);
    var settings = EventLogSettings.of("crash");
    var connections = WriterConnections.direct(args[0], args[1], args[2], settings.timeouts());
    DatabaseClock clock = DatabaseClock.start(database);
    var log =
        PostgresEventLog.open(settings, connections, database, EventTypes.standard(), clock, this);
    PooledStreamingEventProcessor processor = project(log, database);
    processor.start();
    var done = new CountDownLatch(streams.size());
    for (String stream : streams) {
      Thread.ofVirtual()
          .start(() -> {
            append(log, UUID.fromString(stream), events);
            done.countDown();
          });
    }
    done.await();
    long tail = log.tail(0).position();
    while (processor.processingStatus().values().stream()
        .noneMatch(status -> status.getCurrentPosition().orElse(0) >= tail)) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  private PooledStreamingEventProcessor project(PostgresEventLog log, PGSimpleDataSource database) {
    var config = new HikariConfig();
    config.setDataSource(database);
    config.setMaximumPoolSize(3);
    var transactions = new ThreadTransactions(new HikariDataSource(config));
    var tokens =
        new PostgresTokenStore(transactions, UUID.randomUUID().toString(), Duration.ofSeconds(10));
    transactions.executeInTransaction(tokens::releaseClaimsOfOthers);
    return new ProjectionProcessors(
            log,
            new CrashTransactions(transactions, this::at),
            new CrashTokens(tokens, this::at),
            ProcessorSettings.DEFAULT)
        .build(PROJECTION, 0, new CrashProjection(transactions));
  }

  /** One client: event after event, each with an id of its own, so that a repeat is known. */
  private static void append(PostgresEventLog log, UUID stream, int events) {
    long next = log.readStream(stream, 0, Integer.MAX_VALUE).size();
    for (; next < events; next++) {
      AppendUnit unit =
          TestUnit.of(stream, next).receipt(stream + "-" + next, "h").command(1).unit();
      long position;
      try {
        List<Committed> answers = log.append(unit).join();
        position = answers.getFirst().position().position();
      } catch (CompletionException e) {
        if (!(e.getCause() instanceof AppendException.DuplicateCommand before)) {
          throw e;
        }
        position = before.first().position().position();
      }
      acknowledge("ack " + stream + " " + next + " " + position);
    }
  }

  private static synchronized void acknowledge(String line) {
    System.out.println(line);
    System.out.flush();
  }

  @Override
  public void reached(Point point) {
    at(CrashPlace.valueOf(point.name()));
    if (point == Point.BEFORE_INSERT && place == CrashPlace.INSERT_SENT) {
      haltSoon();
    }
  }

  private void at(CrashPlace here) {
    if (here == place && left.decrementAndGet() <= 0) {
      Runtime.getRuntime().halt(HALTED);
    }
  }

  /**
   * Somewhere between the insert being sent and the group being known: within half a millisecond.
   */
  private void haltSoon() {
    if (left.decrementAndGet() == 0) {
      long nanos = Math.floorMod(System.nanoTime(), 500_000L);
      Thread.ofPlatform()
          .start(() -> {
            LockSupport.parkNanos(nanos);
            Runtime.getRuntime().halt(HALTED);
          });
    }
  }
}
