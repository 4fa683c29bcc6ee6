package dev.varve.testkit.worker;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Waits for what another thread does, up to a bound that only a fault reaches. */
public final class Soon {
  private static final Duration BOUND = Duration.ofSeconds(30);

  private Soon() {}

  /** Waits until {@code condition} holds; fails with {@code what} after thirty seconds. */
  public static void until(Supplier<String> what, Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + BOUND.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("Not within " + BOUND + ": " + what.get());
      }
      LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
    }
  }
}
