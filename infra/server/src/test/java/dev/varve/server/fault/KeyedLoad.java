package dev.varve.server.fault;

import dev.varve.testkit.fault.Inconclusive;
import dev.varve.testkit.process.Await;
import dev.varve.testkit.process.Http;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * Clients that start executions one after another, each with a key, and repeat a request with its
 * key until it is acknowledged. What was acknowledged is journaled here, in a process that nobody
 * kills.
 */
final class KeyedLoad implements AutoCloseable {
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final String prefix;
  private final Supplier<Http> door;
  private final IntFunction<String> body;
  private final Path journal;
  private final Map<String, String> acks = new ConcurrentHashMap<>();
  private final ExecutorService clients;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger retries = new AtomicInteger();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private volatile String lastAcknowledged = "";
  private volatile boolean stopping;
  private volatile boolean closed;
  private volatile long lastAckNanos = System.nanoTime();

  /**
   * Makes a load that has not begun.
   *
   * @param prefix of the keys; one of its own for each load
   * @param door where the next request goes
   * @param body what is posted for a number
   * @param journal file of acknowledgements
   */
  KeyedLoad(String prefix, Supplier<Http> door, IntFunction<String> body, Path journal) {
    this.prefix = prefix;
    this.door = door;
    this.body = body;
    this.journal = journal;
    this.clients =
        Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name(prefix, 0).factory());
  }

  /** Begins with so many clients, each of which waits a little between two starts. */
  KeyedLoad begin(int count, Duration pause) {
    for (int i = 0; i < count; i++) {
      clients.execute(() -> run(pause.toNanos()));
    }
    return this;
  }

  private void run(long pauseNanos) {
    Http http = door.get();
    while (!stopping) {
      int number = next.getAndIncrement();
      until(http, number);
      LockSupport.parkNanos(pauseNanos);
    }
  }

  private void until(Http first, int number) {
    Http http = first;
    String key = prefix + "-" + number;
    while (!closed) {
      inFlight.incrementAndGet();
      try {
        Http.Answer answer =
            http.post("/api/v1/executions", body.apply(number), Map.of("Idempotency-Key", key));
        if (answer.status() == 201) {
          acknowledged(key, answer.body().path("executionId").asString());
          return;
        }
        if (answer.status() != 503 && answer.status() != 429) {
          wrong.add(answer.status() + " " + answer.text());
          return;
        }
      } catch (IOException e) {
        http = door.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } finally {
        inFlight.decrementAndGet();
      }
      retries.incrementAndGet();
      LockSupport.parkNanos(RETRY_NANOS);
    }
  }

  private synchronized void acknowledged(String key, String executionId) throws IOException {
    Files.writeString(
        journal,
        key + " " + executionId + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    acks.put(key, executionId);
    lastAcknowledged = executionId;
    lastAckNanos = System.nanoTime();
  }

  /** The execution that was acknowledged last. */
  String lastAcknowledged() {
    return lastAcknowledged;
  }

  /** The execution acknowledged for each key. */
  Map<String, String> journal() {
    return acks;
  }

  int acks() {
    return acks.size();
  }

  int retries() {
    return retries.get();
  }

  /** Answers that are neither success nor "try again". */
  List<String> wrong() {
    return List.copyOf(wrong);
  }

  /** Waits for so many more acknowledgements and then for a moment with a request under way. */
  void awaitBusy(int more, Duration time) {
    int wanted = acks() + more;
    try {
      Await.until(more + " more acks", time, () -> acks() >= wanted);
    } catch (AssertionError e) {
      throw new Inconclusive("too few acks between two faults: " + e.getMessage());
    }
    long end = System.nanoTime() + time.toNanos();
    while (inFlight.get() == 0) {
      Inconclusive.unless(System.nanoTime() - end < 0, "no request was in flight");
      Thread.onSpinWait();
    }
  }

  /** Waits for so many more requests that had to be repeated. */
  void awaitRefusals(int more, Duration time) {
    int wanted = retries.get() + more;
    try {
      Await.until(more + " more refusals", time, () -> retries.get() >= wanted);
    } catch (AssertionError e) {
      throw new Inconclusive("too few refusals: " + e.getMessage());
    }
  }

  /** Waits for the first acknowledgement after {@code nanos}; returns the time between the two. */
  Duration awaitAckSince(long nanos, Duration time) {
    Await.until("an ack after the fault", time, () -> lastAckNanos - nanos > 0);
    return Duration.ofNanos(System.nanoTime() - nanos);
  }

  /** Begins nothing more and waits until what was begun is acknowledged. */
  void finish(Duration time) {
    stopping = true;
    clients.shutdown();
    // what was begun goes on until acknowledged: an interrupt would leave a key without its answer
    Await.until("all starts acknowledged", time, () -> acks() + wrong.size() >= next.get());
  }

  @Override
  public void close() {
    stopping = true;
    closed = true;
    clients.shutdownNow();
  }
}
