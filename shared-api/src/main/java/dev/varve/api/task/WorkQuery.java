package dev.varve.api.task;

import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.TenantId;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Questions about what is waiting, and for what. Answers show nothing of other tenants. */
public sealed interface WorkQuery {
  /** Returns whose work is asked for. */
  TenantId tenant();

  /**
   * Attempts that run or wait, by execution and path; answered by a page of {@link TaskView}.
   *
   * @param executionId only those of this execution; null for any
   * @param handler only those of this handler; null for any
   * @param after the last task of the page before; null for the first page
   * @param limit most items, 1 to {@code Limits.PAGE_ITEMS_MAX}
   */
  record FindTasks(
      TenantId tenant,
      @Nullable ExecutionId executionId,
      @Nullable String handler,
      @Nullable TaskPlace after,
      int limit)
      implements WorkQuery {}

  /**
   * Timers that have not fired, about in the order they are due; answered by a page of {@link
   * TimerView}.
   *
   * @param executionId only those of this execution; null for any
   * @param after the last timer of the page before; null for the first page
   * @param limit most items, 1 to {@code Limits.PAGE_ITEMS_MAX}
   */
  record FindTimers(
      TenantId tenant, @Nullable ExecutionId executionId, @Nullable TimerPlace after, int limit)
      implements WorkQuery {}

  /** Where a task stands in the list of tasks. */
  record TaskPlace(UUID executionId, String path) {}

  /**
   * Where a timer stands in the list of timers.
   *
   * @param at when the table is asked for it
   */
  record TimerPlace(Instant at, UUID executionId, String path, String kind) {}
}
