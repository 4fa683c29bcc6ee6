package dev.varve.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.server.e2e.Installation;
import dev.varve.server.e2e.OrderLoad;
import dev.varve.server.e2e.OrderSample;
import dev.varve.testkit.fault.FaultRun;
import dev.varve.testkit.fault.TcpProxy;
import dev.varve.testkit.process.Await;
import dev.varve.testkit.process.Http;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Replies that get lost between client, server and database, and connections that hang. */
class LostRepliesIT {
  private static final int LOST_REPLIES = FaultRun.times(20, 300);
  private static final int REUSES = FaultRun.times(20, 300);
  private static final int RIVALS = 3;
  private static final int AT_ONCE = 5;
  private static final int ORDERS = FaultRun.times(300, 1_500);

  /** The keys of one load are not those of another. */
  private static final int HANGING_FROM = 1_000_000;

  private static final int DROPS = FaultRun.times(15, 150);
  private static final String APPENDING = "varve append";

  private static Installation installation;
  private static TcpProxy database;
  private static Installation.Node node;

  @BeforeAll
  static void start() throws Exception {
    installation = new Installation();
    database = TcpProxy.before(installation.postgres().server().port());
    node =
        installation.startNode(
            "alpha", Map.of("DATABASE_URL", installation.databaseUrl(database.port())));
    node.awaitReady();
    OrderSample.publish(node.http(), installation.shopUrl());
  }

  @AfterAll
  static void stop() {
    installation.close();
    database.close();
  }

  @Test
  void a_repeated_start_is_one_execution_however_often_the_reply_is_lost() throws Exception {
    Faulty.publish(
        node.http(),
        """
        name: quick
        nodes:
          - { id: only, type: task, handler: echo, with: { a: 1 } }
        """);
    var run = new FaultRun("A05", "HTTP reply lost, repeated by five clients at once");
    String body = "{\"definition\":\"quick\",\"input\":{}}";
    try (TcpProxy door = TcpProxy.before(node.port());
        var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < LOST_REPLIES; i++) {
        Map<String, String> key = Map.of("Idempotency-Key", "lost-" + i);
        run.count("lost replies", lose(door, body, key), LOST_REPLIES / 2);
        List<Callable<Http.Answer>> repeats = new ArrayList<>();
        for (int k = 0; k < AT_ONCE; k++) {
          repeats.add(() -> node.http().post("/api/v1/executions", body, key));
        }
        Set<String> answers = new HashSet<>();
        for (var each : clients.invokeAll(repeats)) {
          assertThat(each.get().status()).as(each.get().text()).isEqualTo(201);
          answers.add(each.get().text());
        }
        assertThat(answers).as("answers to one key, byte by byte").hasSize(1);
      }
    }
    run.judge(() ->
        assertThat(new Audit(node.http()).histories("quick"))
            .as("executions")
            .hasSize(LOST_REPLIES));
  }

  @Test
  void of_two_bodies_with_one_key_sent_at_once_one_is_taken() throws Exception {
    Faulty.publish(node.http(), Steps.three("a06"));
    var run = new FaultRun("A06", "one key, two bodies, six clients at once");
    Set<String> taken = new HashSet<>();
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < REUSES; i++) {
        Map<String, String> key = Map.of("Idempotency-Key", "reused-" + i);
        List<Callable<Http.Answer>> rivals = new ArrayList<>();
        for (int k = 0; k < 2 * RIVALS; k++) {
          String body = Steps.start("a06", k % 2);
          rivals.add(() -> node.http().post("/api/v1/executions", body, key));
        }
        taken.add(oneBodyIsTaken(clients.invokeAll(rivals)));
        run.count("keys", 1, REUSES);
        run.count("reuses refused", RIVALS, (long) RIVALS * REUSES);
      }
    }
    run.judge(() -> {
      assertThat(new Audit(node.http()).histories("a06")).as("executions").hasSize(REUSES);
      assertThat(taken).as("one execution per key").hasSize(REUSES);
    });
  }

  /** Returns the execution that was started for the one body that was taken. */
  private static String oneBodyIsTaken(List<Future<Http.Answer>> answers) throws Exception {
    Set<String> started = new HashSet<>();
    Set<Integer> winners = new HashSet<>();
    for (int k = 0; k < answers.size(); k++) {
      Http.Answer answer = answers.get(k).get();
      if (answer.status() == 201) {
        started.add(answer.body().path("executionId").asString());
        winners.add(k % 2);
      } else {
        assertThat(answer.status()).as(answer.text()).isEqualTo(409);
        assertThat(answer.body().path("code").asString()).isEqualTo("command.id-reused");
      }
    }
    assertThat(winners).as("bodies taken").hasSize(1);
    assertThat(started).as("executions of one key").hasSize(1);
    return started.iterator().next();
  }

  private static int lose(TcpProxy door, String body, Map<String, String> key)
      throws InterruptedException {
    var client = new Http("http://127.0.0.1:" + door.port());
    try {
      client.get("/health/live"); // opens the connection that the request will use
      door.dropNextReply("");
      client.post("/api/v1/executions", body, key);
      return 0;
    } catch (IOException e) {
      return 1;
    }
  }

  @Test
  void a_lost_reply_of_the_database_is_settled_and_nothing_is_done_twice() throws Exception {
    var run = new FaultRun("A04", "reply to a commit lost between database and server");
    OrderSample.slowShop(installation, 200);
    double before = Faulty.meter(node.http(), "varve_append_settled_total");
    try (var load = new OrderLoad(node::http, installation.directory().resolve("acks.journal"))) {
      for (int i = 0; i < DROPS; i++) {
        int dropped = database.droppedReplies();
        load.start(i * ORDERS / DROPS, ORDERS / DROPS);
        Await.until(
            "a reply is dropped",
            Faulty.LIMIT,
            () -> database.dropNextReply(APPENDING) >= 0 && database.droppedReplies() > dropped);
      }
      Await.until("all starts acknowledged", Faulty.LIMIT, () -> load.acks().size() >= ORDERS);
      run.count("acks", load.acks().size(), ORDERS);
      run.count("dropped replies", database.droppedReplies(), DROPS);
      double settled = Faulty.meter(node.http(), "varve_append_settled_total") - before;
      run.count("outcomes settled", (long) settled, DROPS / 10);
      run.judge(() -> Faulty.ordersAreSound(node.http(), load, ORDERS));
    }
  }

  @Test
  void a_connection_that_hangs_holds_commands_up_for_a_bounded_time() throws Exception {
    var run = new FaultRun("A07", "half-open connection of the append writer");
    OrderSample.slowShop(installation, 10);
    try (var load = new OrderLoad(node::http, installation.directory().resolve("acks.journal"))) {
      load.start(HANGING_FROM, ORDERS / 3);
      Await.until("acks before", Faulty.LIMIT, () -> load.acks().size() >= ORDERS / 6);
      run.count("half-open connections", database.blackHole(APPENDING), 1);
      long begun = System.nanoTime();
      int before = load.acks().size();
      load.start(HANGING_FROM + ORDERS / 3, ORDERS / 3);
      Await.until("acks again", Faulty.LIMIT, () -> load.acks().size() > before + AT_ONCE);
      run.count("ms until the next acks", (System.nanoTime() - begun) / 1_000_000);
      int begunOrders = ORDERS / 3 * 2;
      Await.until("all acks", Faulty.LIMIT, () -> load.acks().size() >= begunOrders);
      run.count("acks", load.acks().size(), begunOrders);
      run.judge(() -> Faulty.ordersAreSound(node.http(), load, begunOrders));
    }
  }
}
