package dev.varve.benchmarks;

import dev.varve.api.common.NodePath;
import dev.varve.api.common.TenantId;
import dev.varve.api.execution.ExecutionEvent.NodeCompleted;
import dev.varve.api.log.CommandCommit;
import dev.varve.api.log.CommandMetadata;
import dev.varve.eventstore.AppendUnit;
import dev.varve.eventstore.EventLogSettings;
import dev.varve.eventstore.EventTypes;
import dev.varve.eventstore.LogStats;
import dev.varve.eventstore.NewEvent;
import dev.varve.eventstore.clock.DatabaseClock;
import dev.varve.eventstore.postgres.PartitionTable;
import dev.varve.eventstore.postgres.PostgresEventLog;
import dev.varve.eventstore.postgres.WriterConnections;
import dev.varve.eventstore.schema.SchemaMigrations;
import dev.varve.postgres.EphemeralPostgres;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.postgresql.ds.PGSimpleDataSource;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The bare append path: virtual threads that append one event after another, nothing else on the
 * machine but the database. Prints events per second, events per commit and the time of one append.
 *
 * <p>Arguments: seconds, appends in flight, partitions.
 */
public final class AppendBench {
  private static final int WARM_UP_SECONDS = 5;
  private static final String OUTPUT = "x".repeat(100);

  private AppendBench() {}

  /** Runs on an embedded database that is thrown away. */
  public static void main(String[] args) throws Exception {
    int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 10;
    int inFlight = args.length > 1 ? Integer.parseInt(args[1]) : 64;
    int partitions = args.length > 2 ? Integer.parseInt(args[2]) : 1;
    try (var postgres = EphemeralPostgres.start()) {
      var pool = new PGSimpleDataSource();
      pool.setURL(postgres.jdbcUrl());
      pool.setUser(postgres.user());
      pool.setPassword(postgres.password());
      SchemaMigrations.EVENT_STORE.migrate(pool);
      for (int i = 1; i < partitions; i++) {
        PartitionTable.addPartition(pool);
      }
      var settings = EventLogSettings.of("bench");
      var connections =
          WriterConnections.direct(
              postgres.jdbcUrl(), postgres.user(), postgres.password(), settings.timeouts());
      try (var clock = DatabaseClock.start(pool);
          var log =
              PostgresEventLog.open(settings, connections, pool, EventTypes.standard(), clock)) {
        run(log, inFlight, WARM_UP_SECONDS, false);
        run(log, inFlight, seconds, true);
      }
    }
  }

  private static void run(PostgresEventLog log, int inFlight, int seconds, boolean print)
      throws InterruptedException {
    LogStats before = log.stats();
    long start = System.nanoTime();
    long end = start + TimeUnit.SECONDS.toNanos(seconds);
    var times = new ConcurrentLinkedQueue<long[]>();
    List<Thread> clients =
        IntStream.range(0, inFlight)
            .mapToObj(i -> Thread.ofVirtual().start(() -> times.add(client(log, end))))
            .toList();
    for (Thread client : clients) {
      client.join();
    }
    double elapsed = (System.nanoTime() - start) / 1e9;
    LogStats after = log.stats();
    if (print) {
      long[] all = times.stream().flatMapToLong(java.util.Arrays::stream).sorted().toArray();
      long groups = after.groups() - before.groups();
      long events = after.events() - before.events();
      System.out.printf(
          "in flight %d, partitions %d: %.0f events/s, %.0f commits/s, %.1f events per commit, %.0f us per commit,"
              + " append p50 %d us, p99 %d us, collisions %d%n",
          inFlight,
          log.partitions().size(),
          events / elapsed,
          groups / elapsed,
          (double) events / groups,
          (after.writeNanos() - before.writeNanos()) / 1e3 / groups,
          all[all.length / 2] / 1_000,
          all[(int) (all.length * 0.99)] / 1_000,
          after.collisions() - before.collisions());
    }
  }

  private static long[] client(PostgresEventLog log, long end) {
    var times = new java.util.ArrayList<Long>();
    int partition = log.placement().any();
    UUID stream = log.placement().newStreamId(partition);
    long sequence = 0;
    long now = System.nanoTime();
    while (now < end) {
      log.append(unit(partition, stream, sequence++)).join();
      long then = System.nanoTime();
      times.add(then - now);
      now = then;
    }
    return times.stream().mapToLong(Long::longValue).toArray();
  }

  private static AppendUnit unit(int partition, UUID stream, long sequence) {
    var random = ThreadLocalRandom.current();
    var json = JsonNodeFactory.instance;
    var event =
        new NodeCompleted(
            "step" + sequence % 10,
            new NodePath("step" + sequence % 10),
            1,
            json.objectNode().put("text", OUTPUT),
            List.of("step1->step2"),
            List.of(),
            List.of(),
            List.of(),
            List.of());
    var command =
        new CommandMetadata(
            TenantId.DEFAULT,
            new UUID(random.nextLong(), random.nextLong()),
            null,
            "worker:bench",
            null,
            null,
            null);
    var eventId = new UUID(random.nextLong(), random.nextLong());
    return new AppendUnit(
        partition,
        List.of(new CommandCommit(stream, command, 1, List.of(), json.nullNode())),
        List.of(new NewEvent(stream, "execution", sequence, eventId, event)));
  }
}
