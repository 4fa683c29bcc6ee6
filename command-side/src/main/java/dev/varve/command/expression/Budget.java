package dev.varve.command.expression;

import dev.cel.common.exceptions.CelInvalidArgumentException;
import dev.varve.api.common.Limits;
import org.jspecify.annotations.Nullable;

/**
 * What one evaluation may still use. CEL hands a function nothing but its arguments, so the budget
 * travels beside the evaluation as a scoped value.
 */
final class Budget {
  /** The budget of the evaluation that runs on this thread. */
  static final ScopedValue<Budget> CURRENT = ScopedValue.newInstance();

  private static final int TICKS_PER_CLOCK_READ = 256;

  private final long startedNanos = System.nanoTime();
  private long allocated;
  private int ticks;
  private @Nullable String spent;

  /**
   * Counts {@code units} (characters of text, elements of a list) that an operator is about to
   * create.
   */
  static void allocate(long units) {
    if (CURRENT.isBound()) {
      CURRENT.get().take(units);
    }
  }

  private void take(long units) {
    allocated += units;
    if (allocated > Limits.EXPRESSION_ALLOCATION_MAX) {
      throw stop("it creates more than " + Limits.EXPRESSION_ALLOCATION_MAX + " characters");
    }
  }

  /** Counts one step of a loop; reads the clock now and then. */
  void tick() {
    if (++ticks % TICKS_PER_CLOCK_READ == 0
        && System.nanoTime() - startedNanos > Limits.EXPRESSION_TIME_MAX.toNanos()) {
      throw stop("it runs longer than " + Limits.EXPRESSION_TIME_MAX.toMillis() + " ms");
    }
  }

  private CelInvalidArgumentException stop(String reason) {
    // CEL's || and && swallow errors of one side; what is spent stays spent
    spent = reason;
    return new CelInvalidArgumentException(reason);
  }

  /** Returns why evaluation had to stop; null while within limits. */
  @Nullable String spent() {
    return spent;
  }
}
