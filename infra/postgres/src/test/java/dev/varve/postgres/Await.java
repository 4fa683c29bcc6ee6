package dev.varve.postgres;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for something that another process does, up to a bound. */
final class Await {

  private Await() {}

  static void until(Duration bound, Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + bound.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + bound);
      }
      LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
    }
  }
}
