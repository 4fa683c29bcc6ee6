package dev.varve.server.e2e;

import dev.varve.testkit.process.Http;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Starts executions of the order sample, each with an idempotency key, and repeats a request with
 * its key until it is acknowledged. Acknowledgements are journaled by this process, which nobody
 * kills.
 */
public final class OrderLoad implements AutoCloseable {
  private static final int CLIENTS = 48;
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final ExecutorService clients =
      Executors.newFixedThreadPool(CLIENTS, Thread.ofPlatform().name("client-", 0).factory());
  private final Map<String, String> acks = new ConcurrentHashMap<>();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger retries = new AtomicInteger();
  private final AtomicInteger wrong = new AtomicInteger();
  private final Supplier<Http> door;
  private final Path journal;
  private volatile boolean closed;

  /**
   * Makes a load.
   *
   * @param door asked for a client before each request
   * @param journal file of acknowledgements
   */
  public OrderLoad(Supplier<Http> door, Path journal) {
    this.door = door;
    this.journal = journal;
  }

  /** Queues {@code count} starts with keys {@code order-<from>} and up. */
  public void start(int from, int count) {
    for (int i = from; i < from + count; i++) {
      int number = i;
      clients.execute(() -> startOne(number));
    }
  }

  private void startOne(int number) {
    String key = "order-" + number;
    String sku = number % 5 == 0 ? "laptop" : "pen";
    String body =
        "{\"definition\":\"order\",\"input\":{\"sku\":\"%s\",\"quantity\":%d}}"
            .formatted(sku, 1 + number % 3);
    Http http = door.get();
    while (!closed) {
      inFlight.incrementAndGet();
      try {
        Http.Answer answer = http.post("/api/v1/executions", body, Map.of("Idempotency-Key", key));
        if (answer.status() == 201) {
          acknowledged(key, answer.body().path("executionId").asString());
          return;
        }
        if (answer.status() != 503 && answer.status() != 429) {
          wrong.incrementAndGet();
          throw new IllegalStateException(answer.status() + " " + answer.text());
        }
        retries.incrementAndGet();
      } catch (IOException e) {
        retries.incrementAndGet();
        http = door.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } finally {
        inFlight.decrementAndGet();
      }
      LockSupport.parkNanos(RETRY_NANOS);
    }
  }

  private synchronized void acknowledged(String key, String executionId) throws IOException {
    Files.writeString(
        journal,
        key + " " + executionId + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND,
        StandardOpenOption.WRITE);
    acks.put(key, executionId);
  }

  /** Returns the execution id acknowledged for each key. */
  public Map<String, String> acks() {
    return acks;
  }

  /** Returns how many requests are under way at this moment. */
  public int inFlight() {
    return inFlight.get();
  }

  /** Returns how often a request had to be repeated. */
  public int retries() {
    return retries.get();
  }

  /**
   * Returns how many requests were answered with something that is neither success nor "try again".
   */
  public int wrong() {
    return wrong.get();
  }

  @Override
  public void close() {
    closed = true;
    clients.shutdownNow();
  }
}
