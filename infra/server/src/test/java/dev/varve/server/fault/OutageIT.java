package dev.varve.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.server.e2e.Installation;
import dev.varve.server.e2e.OrderLoad;
import dev.varve.server.e2e.OrderSample;
import dev.varve.testkit.fault.FaultRun;
import dev.varve.testkit.fault.TcpProxy;
import dev.varve.testkit.process.Await;
import dev.varve.testkit.process.Http;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** A10: the database cannot be reached for a while; afterwards everything goes on by itself. */
class OutageIT {
  private static final int ORDERS = 150;
  private static final Duration OUTAGE = Duration.ofSeconds(FaultRun.times(12, 180));
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);
  private static final Duration RECOVERY_LIMIT = Duration.ofSeconds(30);

  @Test
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void every_loop_is_alive_after_an_outage_and_nothing_is_lost() throws Exception {
    try (var installation = new Installation();
        var database = TcpProxy.before(installation.postgres().server().port())) {
      var node =
          installation.startNode(
              "alpha", Map.of("DATABASE_URL", installation.databaseUrl(database.port())));
      node.awaitReady();
      OrderSample.publish(node.http(), installation.shopUrl());
      OrderSample.slowShop(installation, 300);
      Faulty.publish(
          node.http(),
          """
          name: naps
          nodes:
            - { id: nap, type: delay, with: { duration: PT5S } }
          """);
      var run = new FaultRun("A10", "database out of reach for " + OUTAGE);
      try (var load = new OrderLoad(node::http, installation.directory().resolve("acks.journal"))) {
        load.start(0, ORDERS);
        Await.until("some acks", Faulty.LIMIT, () -> load.acks().size() > ORDERS / 3);
        String nap =
            Faulty.start(node.http(), "naps", "{}", "").body().path("executionId").asString();
        database.refuse(true);
        run.count("connections cut", database.cut(""), 5);
        run.count("refused in time", refusedInTime(node.http(), OUTAGE), 3);
        database.refuse(false);
        long back = System.nanoTime();
        Await.until("all acks", Faulty.LIMIT, () -> load.acks().size() >= ORDERS);
        run.count("acks", load.acks().size(), ORDERS);
        Await.until("all loops alive", RECOVERY_LIMIT, () -> dead(node.http()).isEmpty());
        run.count("ms until all loops work", (System.nanoTime() - back) / 1_000_000);
        run.judge(() -> {
          Faulty.ordersAreSound(node.http(), load, ORDERS);
          assertThat(node.http().get("/api/v1/executions/" + nap).body().path("status").asString())
              .as("a timer that was due in the outage")
              .isEqualTo("COMPLETED");
        });
      }
    }
  }

  /** Asks for starts all through the outage; each is refused soon, with a code, or times out. */
  private static int refusedInTime(Http http, Duration outage) throws Exception {
    long until = System.nanoTime() + outage.toNanos();
    int refused = 0;
    while (System.nanoTime() < until) {
      long begun = System.nanoTime();
      Http.Answer answer = Faulty.start(http, "naps", "{}", "");
      Duration took = Duration.ofNanos(System.nanoTime() - begun);
      assertThat(answer.status()).as(answer.text()).isEqualTo(503);
      assertThat(answer.body().path("code").asString())
          .isIn("store.unavailable", "command.outcome-unknown");
      assertThat(took).as("time of a refusal").isLessThan(ANSWER_LIMIT);
      refused++;
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
    }
    return refused;
  }

  /** Returns the parts of the health page that do not work. */
  private static List<String> dead(Http http) throws Exception {
    List<String> dead = new ArrayList<>();
    JsonNode parts = http.get("/health").body().path("components");
    parts
        .properties()
        .forEach(part -> {
          if (!part.getValue().path("status").asString().equals("UP")) {
            dead.add(part.getKey() + " " + part.getValue());
          }
        });
    return parts.isEmpty() ? List.of("no health page") : dead;
  }
}
