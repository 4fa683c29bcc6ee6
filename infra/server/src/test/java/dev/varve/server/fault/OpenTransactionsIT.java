package dev.varve.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.server.e2e.Installation;
import dev.varve.testkit.fault.FaultRun;
import dev.varve.testkit.process.Await;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * B06: others keep transactions open on the same database: one that wrote and is idle, and one with
 * the snapshot and the table locks of a {@code pg_dump}.
 */
class OpenTransactionsIT {
  private static final String NAME = "b06";
  private static final Duration OPEN = Duration.ofSeconds(FaultRun.times(3, 600));
  private static final int STARTS = FaultRun.times(60, 1_000);
  private static final Duration LAG_LIMIT = Duration.ofSeconds(10);

  @Test
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void open_transactions_of_others_hold_up_neither_appends_nor_projections() throws Exception {
    var run = new FaultRun("B06", "idle transaction and snapshot of a dump open for " + OPEN);
    run.judge(() -> {
      Installation.Node node = SharedNode.ready();
      Installation installation = SharedNode.installation();
      Faulty.publish(node.http(), Steps.three(NAME));
      try (Connection idle = connect(installation);
          Connection dump = connect(installation);
          var load =
              new KeyedLoad(
                  NAME,
                  node::http,
                  number -> Steps.start(NAME, number),
                  installation.directory().resolve(NAME + ".acks"))) {
        begin(idle, "create table public.of_another (id int)");
        begin(
            dump,
            "set transaction isolation level repeatable read, read only",
            "select count(*) from event_store.event",
            "lock table event_store.event, event_store.projection_token, read_model.execution,"
                + " work.timer in access share mode");
        long end = System.nanoTime() + OPEN.toNanos();
        load.begin(2, Duration.ofMillis(FaultRun.times(10, 100)));
        var audit = new Audit(node.http());
        long longest = 0;
        while (System.nanoTime() < end || load.acks() < STARTS) {
          load.awaitBusy(10, Faulty.LIMIT);
          longest = Math.max(longest, catchUp(load, audit));
        }
        run.count("longest until the views had an ack, ms", longest);
        load.finish(Faulty.LIMIT);
        audit.awaitEnd(NAME, Faulty.LIMIT);
        assertThat(Duration.ofMillis(longest)).isLessThan(LAG_LIMIT);
        audit.viewsEqualFold(audit.check(NAME, load.journal(), run), run);
        run.count("open transactions", open(installation), 2);
        idle.rollback();
        dump.rollback();
      }
    });
  }

  /** Returns how many milliseconds it takes until the views have what was just acknowledged. */
  private static long catchUp(KeyedLoad load, Audit audit) throws Exception {
    String last = load.lastAcknowledged();
    long begun = System.nanoTime();
    Await.until("the views have " + last, Faulty.LIMIT, () -> audit.shows(last));
    return Duration.ofNanos(System.nanoTime() - begun).toMillis();
  }

  private static long open(Installation installation) throws Exception {
    return Faulty.number(
        installation,
        "select count(*) from pg_stat_activity where state = 'idle in transaction'"
            + " and application_name = 'b06'");
  }

  private static Connection connect(Installation installation) throws Exception {
    var postgres = installation.postgres();
    Connection connection =
        DriverManager.getConnection(
            postgres.server().jdbcUrl("postgres"), postgres.user(), postgres.password());
    Faulty.sql(connection, "set application_name = 'b06'");
    return connection;
  }

  private static void begin(Connection connection, String... statements) throws Exception {
    connection.setAutoCommit(false);
    Faulty.sql(connection, statements);
  }
}
