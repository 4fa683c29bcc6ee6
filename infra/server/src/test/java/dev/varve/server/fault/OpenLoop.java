package dev.varve.server.fault;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.json.JsonMapper;

/**
 * Starts of executions at a fixed rate, whether answers come or not: a request that is under way
 * holds no other one back, each takes a connection that is free or a new one.
 */
final class OpenLoop {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int CLIENTS = 4;
  private static final int REASONS_KEPT = 10;

  private final List<HttpClient> clients = new ArrayList<>();
  private final HttpRequest request;
  private final Queue<String> accepted = new ConcurrentLinkedQueue<>();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final AtomicInteger refused = new AtomicInteger();
  private final Queue<Long> refusalNanos = new ConcurrentLinkedQueue<>();
  private int sent;

  OpenLoop(int port, String body) {
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
    }
    request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/executions"))
            .header("Content-Type", "application/json")
            .timeout(Duration.ofMinutes(1))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
  }

  /** Sends so many per second for a time, then waits for the answers. */
  void send(int perSecond, Duration time) throws Exception {
    List<CompletableFuture<Void>> answers = new ArrayList<>();
    long begun = System.nanoTime();
    long every = TimeUnit.SECONDS.toNanos(1) / perSecond;
    long all = time.toSeconds() * perSecond;
    while (sent < all) {
      long early = begun + sent * every - System.nanoTime();
      if (early > 0) {
        LockSupport.parkNanos(early);
      } else {
        answers.add(sendOne(clients.get(sent % CLIENTS)));
        sent++;
      }
    }
    CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).get(2, TimeUnit.MINUTES);
  }

  private CompletableFuture<Void> sendOne(HttpClient client) {
    long begun = System.nanoTime();
    return client
        .sendAsync(request, HttpResponse.BodyHandlers.ofString())
        .handle((answer, failure) -> {
          if (failure == null) {
            take(answer, System.nanoTime() - begun);
          } else {
            note(failure.toString());
          }
          return null;
        });
  }

  private void take(HttpResponse<String> answer, long nanos) {
    boolean repeatable = answer.headers().firstValue("Retry-After").isPresent();
    if (answer.statusCode() == 201) {
      accepted.add(JSON.readTree(answer.body()).path("executionId").asString());
    } else if ((answer.statusCode() == 429 || answer.statusCode() == 503) && repeatable) {
      refused.incrementAndGet();
      refusalNanos.add(nanos);
    } else {
      note(answer.statusCode() + " " + answer.body());
    }
  }

  private void note(String reason) {
    if (wrong.size() < REASONS_KEPT) {
      wrong.add(reason);
    }
  }

  int sent() {
    return sent;
  }

  /** The executions whose start was accepted. */
  Queue<String> accepted() {
    return accepted;
  }

  int refused() {
    return refused.get();
  }

  /** The time within which {@code share} of the refusals came; 1 for the longest of all. */
  Duration refusedWithin(double share) {
    List<Long> sorted = refusalNanos.stream().sorted().toList();
    int at = (int) Math.ceil(share * sorted.size()) - 1;
    return sorted.isEmpty() ? Duration.ZERO : Duration.ofNanos(sorted.get(Math.max(0, at)));
  }

  /**
   * Some of the answers that are neither an acceptance nor a refusal that says when to try again.
   */
  Queue<String> wrong() {
    return wrong;
  }
}
