package dev.varve.workqueue;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs something again and again, on a thread of the platform: what keeps leases alive must not
 * wait behind virtual threads. Whatever a run throws is remembered and logged once, and the next
 * run comes after the usual period: a loop never dies of a fault or an outage.
 */
final class Loop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Loop.class);

  private final String name;
  private final Duration period;
  private final Body body;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition wake = lock.newCondition();
  private boolean asked;
  private boolean closed;
  private @Nullable Thread thread;
  private volatile long lastSuccess = System.nanoTime();
  private volatile @Nullable String lastError;

  /** What is run. */
  @FunctionalInterface
  interface Body {
    void run() throws Exception;
  }

  Loop(String name, Duration period, Body body) {
    this.name = name;
    this.period = period;
    this.body = body;
  }

  /** Begins; the first run comes at once. */
  void start() {
    thread = Thread.ofPlatform().daemon().name("varve-" + name).start(this::loop);
  }

  /** Asks for a run at once instead of at the end of the period. */
  void wakeUp() {
    lock.lock();
    try {
      asked = true;
      wake.signalAll();
    } finally {
      lock.unlock();
    }
  }

  LoopHealth health() {
    return new LoopHealth(
        name, period, Duration.ofNanos(System.nanoTime() - lastSuccess), lastError);
  }

  /** Ends the loop and waits up to five seconds for the run that is under way. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      wake.signalAll();
    } finally {
      lock.unlock();
    }
    Thread running = thread;
    if (running != null && !running.equals(Thread.currentThread())) {
      try {
        running.join(Duration.ofSeconds(5));
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void loop() {
    do {
      runOnce();
    } while (pause());
  }

  private void runOnce() {
    try {
      body.run();
      if (lastError != null) {
        LOG.info("Loop works again. loop={}", name);
      }
      lastError = null;
      lastSuccess = System.nanoTime();
    } catch (InterruptedException _) {
      LOG.debug("Loop was interrupted. loop={}", name);
    } catch (Exception | LinkageError | StackOverflowError | OutOfMemoryError failed) {
      if (lastError == null) {
        LOG.warn("Loop failed; it runs again in {}. loop={}", period, name, failed);
      }
      lastError = failed.getClass().getSimpleName() + ": " + failed.getMessage();
    }
  }

  private boolean pause() {
    lock.lock();
    try {
      long left = period.toNanos();
      while (!asked && !closed && left > 0) {
        left = wake.awaitNanos(left);
      }
      asked = false;
      return !closed;
    } catch (InterruptedException _) {
      return !closed;
    } finally {
      lock.unlock();
    }
  }
}
