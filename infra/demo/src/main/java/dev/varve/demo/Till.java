package dev.varve.demo;

import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Takes orders: applies faults, serves each key once, writes the journal before answering. */
final class Till {

  /**
   * One call of a business path.
   *
   * @param method HTTP method
   * @param path without the query
   * @param query as sent
   * @param key the {@code Idempotency-Key}
   * @param body the request
   * @param asked query parameters and fault headers by name
   */
  record Order(
      String method,
      String path,
      @Nullable String query,
      @Nullable String key,
      JsonNode body,
      Map<String, String> asked) {

    String scope() {
      return path + "\n" + key;
    }

    Call call(Answer answer, @Nullable Integer answered, boolean repeated, boolean fault) {
      boolean effect = answer.isSuccess() && !repeated;
      return new Call(
          Instant.now(),
          method,
          path,
          query,
          key,
          body,
          answer.status(),
          answer.body(),
          answered,
          effect,
          repeated,
          fault);
    }
  }

  private final Journal journal;
  private final Faults faults;
  private final Map<String, CompletableFuture<Boolean>> inFlight = new ConcurrentHashMap<>();
  private final AtomicLong withoutKey;

  Till(Journal journal, Faults faults) {
    this.journal = journal;
    this.faults = faults;
    this.withoutKey = new AtomicLong(journal.index().size());
  }

  /**
   * Serves an order.
   *
   * @throws IOException when the journal cannot be written; nothing may be believed then
   */
  Answer take(Order order) throws IOException {
    if (!order.method().equals("POST") && Counter.PATHS.contains(order.path())) {
      return Answer.problem(405, "shop.method", "Expected POST");
    }
    Fault fault = faults.own(order.asked(), order.path(), order.key());
    if (fault.equals(Fault.NONE)) {
      fault = faults.take(order.path()).orElse(Fault.NONE);
    }
    pause(fault);
    if (fault.spoilsAnswer() && !fault.effect()) {
      Answer spoilt = spoilt(fault);
      write(order.call(spoilt, fault.drop() ? 0 : null, false, true));
      return spoilt;
    }
    Answer real = order.key() == null ? serveFresh(order, fault) : serveOnce(order, fault);
    return fault.spoilsAnswer() ? spoilt(fault) : real;
  }

  private Answer serveOnce(Order order, Fault fault) throws IOException {
    String key = String.valueOf(order.key());
    while (true) {
      Optional<Long> first = journal.index().firstAnswer(order.path(), key);
      if (first.isPresent()) {
        return repeat(order, Call.fromJson(journal.read(first.get())), fault);
      }
      CompletableFuture<Boolean> mine = new CompletableFuture<>();
      CompletableFuture<Boolean> other = inFlight.putIfAbsent(order.scope(), mine);
      if (other != null) {
        other.join();
        continue;
      }
      try {
        // The other one may have finished between the two looks.
        if (journal.index().firstAnswer(order.path(), key).isEmpty()) {
          return serveFresh(order, fault);
        }
      } finally {
        inFlight.remove(order.scope(), mine);
        mine.complete(true);
      }
    }
  }

  private Answer serveFresh(Order order, Fault fault) throws IOException {
    String identity =
        order.key() == null ? "\0" + withoutKey.incrementAndGet() : String.valueOf(order.key());
    Answer answer = Counter.serve(order.path(), identity, order.body());
    write(order.call(answer, answered(fault), false, fault.spoilsAnswer()));
    return answer;
  }

  private Answer repeat(Order order, Call first, Fault fault) throws IOException {
    if (!first.body().equals(order.body())) {
      Answer refused =
          Answer.problem(422, "shop.key-reused", "The key was used with another body before");
      write(order.call(refused, null, false, false));
      return refused;
    }
    Answer again = Answer.of(first.status(), first.response());
    write(order.call(again, answered(fault), true, fault.spoilsAnswer()));
    return again.with(Map.of("Idempotent-Replay", "true"));
  }

  private static @Nullable Integer answered(Fault fault) {
    if (!fault.spoilsAnswer()) {
      return null;
    }
    return fault.drop() ? 0 : fault.status().orElseThrow();
  }

  private static Answer spoilt(Fault fault) {
    Answer answer =
        Answer.problem(
            fault.status().orElse(503), "shop.fault", "This failure was ordered from the shop");
    Map<String, String> headers =
        fault
            .retryAfter()
            .map(seconds -> Map.of("Retry-After", seconds.toString()))
            .orElse(Map.of());
    return new Answer(answer.status(), answer.body(), headers, fault.drop());
  }

  private void write(Call call) throws IOException {
    try {
      journal.append(call).join();
    } catch (CompletionException e) {
      throw new IOException("the journal cannot be written", e.getCause());
    }
  }

  private static void pause(Fault fault) {
    if (fault.delay().isPositive()) {
      try {
        Thread.sleep(fault.delay());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
