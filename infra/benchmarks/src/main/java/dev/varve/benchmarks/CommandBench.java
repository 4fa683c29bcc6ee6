package dev.varve.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import dev.varve.api.common.CommandOutcome;
import dev.varve.api.common.CommandOutcome.Accepted;
import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.NodePath;
import dev.varve.api.common.TenantId;
import dev.varve.api.execution.ExecutionCommand;
import dev.varve.api.execution.ExecutionCommand.CompleteTask;
import dev.varve.api.execution.ExecutionCommand.StartExecution;
import dev.varve.api.log.CommandMetadata;
import dev.varve.api.log.Partitions;
import dev.varve.command.mailbox.Mailbox;
import dev.varve.eventstore.EventLogSettings;
import dev.varve.eventstore.EventTypes;
import dev.varve.eventstore.LogStats;
import dev.varve.eventstore.clock.DatabaseClock;
import dev.varve.eventstore.postgres.PostgresEventLog;
import dev.varve.eventstore.postgres.WriterConnections;
import dev.varve.eventstore.schema.SchemaMigrations;
import dev.varve.postgres.EphemeralPostgres;
import java.lang.management.ManagementFactory;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The way of a command without doors, workers and read models: clients that start executions of ten
 * tasks one after another and complete each task with its own command and a 100-byte output. Prints
 * steps per second and the CPU time of this process per command; the database's CPU time is not in
 * it.
 *
 * <p>Arguments: seconds, executions in flight, processors that follow the log and do nothing.
 */
public final class CommandBench {
  private static final int WARM_UP_SECONDS = 10;
  private static final int TASKS = 10;
  private static final JsonNode EMPTY = JsonNodeFactory.instance.objectNode();
  private static final JsonNode OUTPUT =
      JsonNodeFactory.instance.objectNode().put("text", "x".repeat(88));

  private final Mailbox mailbox;
  private final Partitions partitions;
  private final LongAdder commands = new LongAdder();
  private final List<NodePath> paths =
      IntStream.range(0, TASKS).mapToObj(i -> new NodePath("task" + i)).toList();

  private CommandBench(Mailbox mailbox, Partitions partitions) {
    this.mailbox = mailbox;
    this.partitions = partitions;
  }

  /** Runs on an embedded database that is thrown away. */
  public static void main(String[] args) throws Exception {
    int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 10;
    int inFlight = args.length > 1 ? Integer.parseInt(args[1]) : 64;
    int followers = args.length > 2 ? Integer.parseInt(args[2]) : 0;
    try (var postgres = EphemeralPostgres.start()) {
      var pool = new PGSimpleDataSource();
      pool.setURL(postgres.jdbcUrl());
      pool.setUser(postgres.user());
      pool.setPassword(postgres.password());
      SchemaMigrations.EVENT_STORE.migrate(pool);
      var settings = EventLogSettings.of("bench");
      var connections =
          WriterConnections.direct(
              postgres.jdbcUrl(), postgres.user(), postgres.password(), settings.timeouts());
      try (var clock = DatabaseClock.start(pool);
          var log =
              PostgresEventLog.open(settings, connections, pool, EventTypes.standard(), clock);
          var following = Followers.start(log, pool, "follower", followers)) {
        var bench = new CommandBench(BenchCommands.over(log, clock, TASKS), log.placement());
        bench.mailbox.send(BenchCommands.definition(), metadata());
        bench.run(log, following, inFlight, WARM_UP_SECONDS);
        for (int round = 0; round < 3; round++) {
          System.out.println(bench.run(log, following, inFlight, seconds));
        }
      }
      readFromTheStart(postgres, pool);
    }
  }

  /** How fast one processor reads what is there: nothing of it is in memory any more. */
  private static void readFromTheStart(EphemeralPostgres postgres, DataSource pool)
      throws SQLException {
    var settings = EventLogSettings.of("reader");
    var connections =
        WriterConnections.direct(
            postgres.jdbcUrl(), postgres.user(), postgres.password(), settings.timeouts());
    try (var clock = DatabaseClock.start(pool);
        var log = PostgresEventLog.open(settings, connections, pool, EventTypes.standard(), clock);
        var late = Followers.start(log, pool, "late", 1)) {
      long events = log.tail(0).position();
      double took = late.catchUpSeconds(events);
      System.out.printf("a late processor read %.0f events/s (%d)%n", events / took, events);
    }
  }

  private String run(PostgresEventLog log, Followers following, int inFlight, int seconds)
      throws InterruptedException {
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    LogStats before = log.stats();
    long commandsBefore = commands.sum();
    long cpu = system.getProcessCpuTime();
    long start = System.nanoTime();
    long end = start + TimeUnit.SECONDS.toNanos(seconds);
    List<Thread> clients =
        IntStream.range(0, inFlight)
            .mapToObj(i -> Thread.ofVirtual().start(() -> client(end)))
            .toList();
    for (Thread client : clients) {
      client.join();
    }
    double elapsed = (System.nanoTime() - start) / 1e9;
    double behind = following.catchUpSeconds(log.tail(0).position());
    long sent = commands.sum() - commandsBefore;
    LogStats after = log.stats();
    return String.format(
        "in flight %d: %.0f steps/s, %.0f commands/s, %.1f us CPU per command, %.1f events per"
            + " commit, %.0f us per commit, %d processors caught up %.2f s later",
        inFlight,
        sent * (double) TASKS / (TASKS + 1) / elapsed,
        sent / elapsed,
        (system.getProcessCpuTime() - cpu) / 1e3 / sent,
        (double) (after.events() - before.events()) / (after.groups() - before.groups()),
        (after.writeNanos() - before.writeNanos()) / 1e3 / (after.groups() - before.groups()),
        following.count(),
        behind);
  }

  private void client(long end) {
    while (System.nanoTime() < end) {
      var id = new ExecutionId(partitions.newStreamId(partitions.any()));
      send(new StartExecution(id, BenchCommands.NAME, null, EMPTY, null, Map.of()));
      for (NodePath path : paths) {
        send(new CompleteTask(id, path, 1, OUTPUT));
      }
    }
  }

  private void send(ExecutionCommand command) {
    CommandOutcome outcome = mailbox.send(command, metadata());
    if (!(outcome instanceof Accepted)) {
      throw new IllegalStateException("Expected every command to be accepted, but " + outcome);
    }
    commands.increment();
  }

  private static CommandMetadata metadata() {
    var random = ThreadLocalRandom.current();
    return new CommandMetadata(
        TenantId.DEFAULT,
        new UUID(random.nextLong(), random.nextLong()),
        null,
        "worker:bench",
        null,
        null,
        null);
  }
}
