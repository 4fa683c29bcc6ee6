package dev.varve.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.server.e2e.Installation;
import dev.varve.testkit.fault.FaultRun;
import dev.varve.testkit.process.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * B08: several nodes start at the same moment, first on an empty database, then again and again
 * after all were killed. A15: none starts on a database that can lose commits.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class StartRaceIT {
  private static final String NAME = "b08";
  private static final int NODES = FaultRun.times(2, 4);
  private static final int RACES = FaultRun.times(2, 8);
  private static final int ACKS = FaultRun.times(30, 100);

  /** Writes down a claim that was taken while its owner still had it. */
  private static final String[] WATCH = {
    "create table public.overlap (processor text, before text, after text)",
    """
    create function public.watch_claims() returns trigger language plpgsql as $$ begin
      if new.owner <> old.owner and old.claimed_at > clock_timestamp() - interval '1900 milliseconds' then
        insert into public.overlap values (old.processor, old.owner, new.owner);
      end if;
      return new; end $$\
    """,
    "create trigger watch_claims before update on event_store.projection_token"
        + " for each row execute function public.watch_claims()"
  };

  @Test
  void nodes_that_start_at_once_migrate_once_and_claim_once() throws Exception {
    try (var installation = new Installation()) {
      List<Installation.Node> nodes = new ArrayList<>();
      for (int i = 0; i < NODES; i++) {
        nodes.add(installation.startNode("node-" + i, Map.of("VARVE_DATABASE_POOL_SIZE", "3")));
      }
      nodes.forEach(Installation.Node::awaitReady);
      var race = new FaultRun("B08", NODES + " nodes start at the same moment");
      race.judge(() -> again(installation, nodes, race));

      var unsafe = new FaultRun("A15", "start on a database with fsync off");
      unsafe.judge(() -> refused(installation, nodes, unsafe));
    }
  }

  private static void again(Installation installation, List<Installation.Node> nodes, FaultRun run)
      throws Exception {
    migratedOnce(installation);
    Faulty.sql(installation, WATCH);
    Faulty.publish(nodes.getFirst().http(), Steps.three(NAME));
    var turn = new AtomicInteger();
    try (var load =
        new KeyedLoad(
                NAME,
                () -> nodes.get(turn.getAndIncrement() % NODES).http(),
                number -> Steps.start(NAME, number),
                installation.directory().resolve(NAME + ".acks"))
            .begin(2 * NODES, Duration.ofMillis(20))) {
      run.count("starts of all at once", 1, RACES);
      for (int i = 1; i < RACES; i++) {
        load.awaitBusy(ACKS, Faulty.LIMIT);
        for (Installation.Node node : nodes) {
          node.killNine();
        }
        long begun = System.nanoTime();
        for (Installation.Node node : nodes) {
          node.start();
        }
        run.recovery(load.awaitAckSince(begun, Faulty.LIMIT));
        nodes.forEach(Installation.Node::awaitReady);
        run.count("starts of all at once", 1, RACES);
      }
      load.awaitBusy(ACKS, Faulty.LIMIT);
      load.finish(Faulty.LIMIT);
      var audit = new Audit(nodes.getLast().http());
      audit.awaitEnd(NAME, Faulty.LIMIT);
      audit.viewsEqualFold(audit.check(NAME, load.journal(), run), run);
      assertThat(load.wrong()).isEmpty();
      audit.chainIsValid();
    }
    long overlaps = Faulty.number(installation, "select count(*) from public.overlap");
    run.count("claims taken while held", overlaps);
    assertThat(overlaps).as("claims taken while held").isZero();
    run.count(
        "owners of claims",
        Faulty.number(
            installation,
            "select count(distinct owner) from event_store.projection_token where owner is not null"));
  }

  /** Every migration ran once and ended well, and every processor has each segment once. */
  private static void migratedOnce(Installation installation) throws Exception {
    long histories =
        Faulty.number(
            installation,
            "select count(*) from information_schema.tables where table_name = 'schema_history'");
    assertThat(histories).as("histories of migrations").isPositive();
    long wrong =
        Faulty.number(
            installation,
            """
            select coalesce(sum((xpath('/row/n/text()', query_to_xml(format(
              'select count(*) - count(distinct version) + count(*) filter (where not success) as n
               from %I.%I where version is not null', table_schema, table_name),
              false, true, '')))[1]::text::int), 0)
            from information_schema.tables where table_name = 'schema_history'\
            """);
    assertThat(wrong).as("migrations that failed or ran twice").isZero();
  }

  private static void refused(
      Installation installation, List<Installation.Node> nodes, FaultRun run) throws Exception {
    for (Installation.Node node : nodes) {
      node.killNine();
    }
    Faulty.sql(installation, "alter system set fsync = off", "select pg_reload_conf()");
    Installation.Node node = nodes.getFirst();
    node.start();
    Await.until("the start is refused", Faulty.LIMIT, () -> !node.alive());
    assertThat(node.logTail()).contains("fsync");
    run.count("starts refused", 1, 1);
  }
}
