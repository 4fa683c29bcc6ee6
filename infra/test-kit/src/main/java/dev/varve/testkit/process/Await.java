package dev.varve.testkit.process;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Bounded waits: a condition is looked at again and again until it holds or the time is up. */
public final class Await {
  private static final long PERIOD_NANOS = Duration.ofMillis(20).toNanos();

  private Await() {}

  /**
   * Waits until {@code condition} holds; an exception counts as not yet.
   *
   * @param what named in the failure
   * @throws AssertionError when it does not hold in time; carries the last exception
   */
  public static void until(String what, Duration limit, Callable<Boolean> condition) {
    value(what, limit, () -> condition.call() ? Boolean.TRUE : null, () -> "");
  }

  /**
   * Waits until {@code source} gives a value; an exception counts as not yet.
   *
   * @param explain text added to the failure
   */
  public static <T> T value(
      String what, Duration limit, Callable<@Nullable T> source, Supplier<String> explain) {
    long end = System.nanoTime() + limit.toNanos();
    Exception last = null;
    do {
      try {
        T value = source.call();
        if (value != null) {
          return value;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("Interrupted while waiting for " + what, e);
      } catch (Exception e) {
        last = e;
      }
      LockSupport.parkNanos(PERIOD_NANOS);
    } while (System.nanoTime() < end);
    throw new AssertionError("Expected within " + limit + ": " + what + " " + explain.get(), last);
  }
}
