package dev.varve.server.fault;

import dev.varve.server.e2e.Installation;
import dev.varve.server.e2e.OrderLoad;
import dev.varve.server.e2e.OrderSample;
import dev.varve.testkit.fault.FaultRun;
import dev.varve.testkit.process.Await;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * A02+, the positive control: on a database that answers before it has written, a kill loses
 * acknowledged commands, and the checks of A02 must see it. Were nothing found here, A02 would
 * prove nothing.
 */
class LostCommitsControlIT {
  private static final int ORDERS = 2_000;
  private static final int ACKS = 300;

  @Test
  void a_database_that_lies_about_commits_is_found_out() throws Exception {
    try (var installation = new Installation()) {
      // A heartbeat commits synchronously and takes everything before it to the disk: few of them
      // here.
      var node = installation.startNode("alpha", Map.of("VARVE_LEASE", "30s"));
      node.awaitReady();
      // The writer asks for synchronous commits itself, so it takes a trigger to undo that.
      Faulty.sql(
          installation,
          "alter system set wal_writer_delay = '10s'",
          "select pg_reload_conf()",
          """
          create function public.relax() returns trigger language plpgsql as
          $$ begin perform set_config('synchronous_commit', 'off', true); return null; end $$\
          """,
          """
          create trigger relax after insert on event_store.event
          for each statement execute function public.relax()\
          """);
      OrderSample.publish(node.http(), installation.shopUrl());
      OrderSample.slowShop(installation, 60_000);
      try (var load = new OrderLoad(node::http, installation.directory().resolve("acks.journal"))) {
        load.start(0, ORDERS);
        Await.until("acks", Faulty.LIMIT, () -> load.acks().size() >= ACKS);
        installation.killPostgres();
        node.killNine();
        var run = new FaultRun("A02+", "A02 on a database that answers before it has written");
        run.count("acks", load.acks().size(), ACKS);
        run.count("lost, as they must be here", lost(installation, load), 1);
        run.judge(() -> {});
      }
    }
  }

  private static long lost(Installation installation, OrderLoad load) throws Exception {
    long lost = 0;
    for (String id : load.acks().values()) {
      lost +=
          Faulty.number(
                      installation,
                      "select count(*) from event_store.event where stream_id = '" + id + "'")
                  == 0
              ? 1
              : 0;
    }
    return lost;
  }
}
