package dev.varve.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShopTest {

  private static final String KEY = "Idempotency-Key";
  private static final String PEN = "{\"sku\":\"pen\",\"n\":2}";

  @TempDir Path directory;
  private Shop shop;
  private Caller caller;

  @BeforeEach
  void open() throws IOException {
    shop = Shop.open(0, directory.resolve("journal.jsonl"));
    caller = new Caller(shop);
  }

  @AfterEach
  void close() throws IOException {
    caller.close();
    shop.close();
  }

  private void reopen() throws IOException {
    close();
    open();
  }

  @ParameterizedTest
  @CsvSource({"pen, 2", "book, 12.5", "laptop, 1200", "chair-250, 250", "phone, 800"})
  void the_sku_decides_the_price(String sku, String price) throws Exception {
    Caller.Reply reply = caller.post("/stock", "{\"sku\":\"" + sku + "\",\"n\":3}");

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body().path("unitPrice").toString()).isEqualTo(price);
    assertThat(reply.body().path("reserved").asInt()).isEqualTo(3);
    assertThat(reply.text("reservation")).startsWith("res-");
  }

  @Test
  void an_unknown_sku_has_a_steady_price_and_a_sold_out_one_has_none() throws Exception {
    String order = "{\"sku\":\"gadget\"}";

    int price = caller.post("/stock", order).body().path("unitPrice").asInt();

    assertThat(price).isBetween(10, 99);
    assertThat(caller.post("/stock", order).body().path("unitPrice").asInt()).isEqualTo(price);
    assertThat(caller.post("/stock", "{\"sku\":\"sold-out\"}").status()).isEqualTo(409);
  }

  @Test
  void a_repeated_key_gets_the_first_answer_and_is_marked() throws Exception {
    Caller.Reply first = caller.post("/shipments", "", KEY, "e1/ship");
    Caller.Reply again = caller.post("/shipments", "", KEY, "e1/ship");
    Caller.Reply other = caller.post("/shipments", "", KEY, "e2/ship");

    assertThat(first.status()).isEqualTo(201);
    assertThat(again.status()).isEqualTo(201);
    assertThat(again.raw().body()).isEqualTo(first.raw().body());
    assertThat(first.isReplay()).isFalse();
    assertThat(again.isReplay()).isTrue();
    assertThat(other.text("id")).isNotEqualTo(first.text("id"));
    var items = caller.get("/journal?key=e1/ship").body().path("items");
    assertThat(items).hasSize(2);
    assertThat(items.get(0).path("repeated").asBoolean()).isFalse();
    assertThat(items.get(1).path("repeated").asBoolean()).isTrue();
    assertThat(items.get(1).path("method").asString()).isEqualTo("POST");
    assertThat(items.get(1).path("path").asString()).isEqualTo("/shipments");
  }

  @Test
  void a_key_belongs_to_its_path_and_its_body() throws Exception {
    Caller.Reply stock = caller.post("/stock", PEN, KEY, "k");
    Caller.Reply payment = caller.post("/payments", "{\"amount\":4}", KEY, "k");
    Caller.Reply reused = caller.post("/stock", "{\"sku\":\"book\"}", KEY, "k");

    assertThat(stock.status()).isEqualTo(200);
    assertThat(payment.status()).isEqualTo(201);
    assertThat(reused.status()).isEqualTo(422);
    assertThat(reused.text("code")).isEqualTo("shop.key-reused");
  }

  @Test
  void ids_follow_from_the_key_alone() throws Exception {
    String id = caller.post("/payments", "{\"amount\":4}", KEY, "k").text("id");
    try (Shop second = Shop.open(0, directory.resolve("other.jsonl"));
        Caller elsewhere = new Caller(second)) {
      assertThat(elsewhere.post("/payments", "{\"amount\":4}", KEY, "k").text("id")).isEqualTo(id);
    }
  }

  @Test
  void calls_without_a_key_are_all_new() throws Exception {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 3; i++) {
      ids.add(caller.post("/shipments", "").text("id"));
    }
    reopen();
    ids.add(caller.post("/shipments", "").text("id"));

    assertThat(ids).hasSize(4);
  }

  @Test
  void the_first_answer_is_kept_over_a_restart() throws Exception {
    String id = caller.post("/shipments", "", KEY, "k").text("id");

    reopen();

    Caller.Reply again = caller.post("/shipments", "", KEY, "k");
    assertThat(again.text("id")).isEqualTo(id);
    assertThat(again.isReplay()).isTrue();
    assertThat(caller.get("/journal").body().path("items")).hasSize(2);
    assertThat(caller.get("/journal/stats").body().path("effects").asInt()).isEqualTo(1);
  }

  @Test
  void of_many_calls_with_one_key_at_once_one_does_the_work() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<String> call = () -> caller.post("/shipments", "", KEY, "k").text("id");
      List<Future<String>> calls =
          threads.invokeAll(IntStream.range(0, 50).mapToObj(i -> call).toList());
      Set<String> ids = new HashSet<>();
      for (Future<String> one : calls) {
        ids.add(one.get());
      }
      assertThat(ids).hasSize(1);
    }

    var stats = caller.get("/journal/stats").body();
    assertThat(stats.path("calls").asInt()).isEqualTo(50);
    assertThat(stats.path("effects").asInt()).isEqualTo(1);
    assertThat(stats.path("repeats").asInt()).isEqualTo(49);
    assertThat(stats.path("keys").asInt()).isEqualTo(1);
    assertThat(stats.path("paths").path("/shipments").path("effects").asInt()).isEqualTo(1);
  }

  @Test
  void faults_are_ordered_for_the_next_calls_of_a_path() throws Exception {
    Caller.Reply ordered =
        caller.post("/faults", "{\"path\":\"/stock\",\"count\":2,\"status\":503,\"retryAfter\":1}");

    assertThat(ordered.status()).isEqualTo(201);
    assertThat(caller.post("/shipments", "").status()).isEqualTo(201);
    Caller.Reply failed = caller.post("/stock", PEN, KEY, "k");
    assertThat(failed.status()).isEqualTo(503);
    assertThat(failed.raw().headers().firstValue("Retry-After")).contains("1");
    assertThat(caller.post("/stock", PEN, KEY, "k").status()).isEqualTo(503);
    Caller.Reply served = caller.post("/stock", PEN, KEY, "k");
    assertThat(served.status()).isEqualTo(200);
    assertThat(served.isReplay()).isFalse();
    assertThat(caller.get("/faults").body().path("items")).isEmpty();
    assertThat(caller.get("/journal/stats").body().path("faults").asInt()).isEqualTo(2);
  }

  @Test
  void faults_can_be_taken_back_and_wrong_ones_are_refused() throws Exception {
    caller.post("/faults", "{\"status\":500,\"count\":100}");
    caller.delete("/faults");

    assertThat(caller.post("/shipments", "").status()).isEqualTo(201);
    assertThat(caller.post("/faults", "{\"status\":9}").status()).isEqualTo(400);
    assertThat(caller.post("/faults", "7").status()).isEqualTo(400);
  }

  @Test
  void a_call_orders_its_own_failures_by_query_or_header() throws Exception {
    String path = "/payments?fail=503&times=2";
    String body = "{\"amount\":4}";

    assertThat(caller.post(path, body, KEY, "k").status()).isEqualTo(503);
    assertThat(caller.post(path, body, KEY, "k").status()).isEqualTo(503);
    assertThat(caller.post(path, body, KEY, "k").status()).isEqualTo(201);
    assertThat(caller.post("/payments", body, "X-Fault-Fail", "500").status()).isEqualTo(500);
    assertThat(caller.post("/payments?fail=often", body).status()).isEqualTo(400);
    assertThat(caller.get("/journal?key=k").body().path("items")).hasSize(3);
  }

  @Test
  void an_answer_can_get_lost_after_the_work_was_done() throws Exception {
    caller.post("/faults", "{\"path\":\"/payments\",\"drop\":true,\"effect\":true}");
    String body = "{\"amount\":4}";

    assertThatThrownBy(() -> caller.post("/payments", body, KEY, "k"))
        .isInstanceOf(IOException.class);

    Caller.Reply again = caller.post("/payments", body, KEY, "k");
    assertThat(again.status()).isEqualTo(201);
    var items = caller.get("/journal?key=k").body().path("items");
    long effects = items.valueStream().filter(call -> call.path("effect").asBoolean()).count();
    assertThat(effects).isEqualTo(1);
    assertThat(items.get(0).path("answered").asInt()).isZero();
    assertThat(again.text("id")).isEqualTo(items.get(0).path("response").path("id").asString());
  }

  @Test
  void the_journal_is_read_page_by_page() throws Exception {
    for (int i = 0; i < 5; i++) {
      caller.post("/shipments", "", KEY, "k" + i);
    }

    var first = caller.get("/journal?limit=3").body();
    var rest = caller.get("/journal?limit=3&after=" + first.path("next").asInt()).body();

    assertThat(first.path("items")).hasSize(3);
    assertThat(rest.path("items")).hasSize(2);
    assertThat(rest.path("items").get(0).path("seq").asInt()).isEqualTo(4);
    assertThat(rest.has("next")).isFalse();
  }

  @Test
  void what_makes_no_sense_is_refused_and_still_journalled() throws Exception {
    assertThat(caller.post("/stock", "not json").status()).isEqualTo(400);
    assertThat(caller.post("/stock", "{\"sku\":\"pen\",\"n\":0}").status()).isEqualTo(400);
    assertThat(caller.post("/payments", "{\"amount\":-1}").status()).isEqualTo(400);
    assertThat(caller.post("/nowhere", "").status()).isEqualTo(404);
    assertThat(caller.get("/stock").status()).isEqualTo(405);
    assertThat(caller.post("/stock", " ".repeat((1 << 20) + 1)).status()).isEqualTo(413);
    assertThat(caller.get("/health").text("status")).isEqualTo("UP");

    assertThat(caller.get("/journal/stats").body().path("calls").asInt()).isEqualTo(4);
  }
}
