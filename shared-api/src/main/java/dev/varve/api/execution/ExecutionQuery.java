package dev.varve.api.execution;

import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.TenantId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Questions about executions. Answers show nothing of other tenants. */
public sealed interface ExecutionQuery {
  /** Returns whose executions are asked for. */
  TenantId tenant();

  /** One execution with its nodes and attempts; answered by {@link ExecutionView}. */
  record GetExecution(TenantId tenant, ExecutionId executionId) implements ExecutionQuery {}

  /**
   * Executions, newest first; answered by a page of {@link ExecutionSummary}. Every condition that
   * is given must hold.
   *
   * @param status only those in this status; null for any
   * @param definition only those of this definition; null for any
   * @param businessKey only those with this business key; null for any
   * @param labels only those that have all these labels; may be empty
   * @param startedAfter only those started later than this; null for any
   * @param after the last execution of the page before; null for the first page
   * @param limit most items, 1 to {@code Limits.PAGE_ITEMS_MAX}
   */
  record FindExecutions(
      TenantId tenant,
      @Nullable ExecutionStatus status,
      @Nullable String definition,
      @Nullable String businessKey,
      List<LabelFilter> labels,
      @Nullable Instant startedAfter,
      @Nullable ExecutionId after,
      int limit)
      implements ExecutionQuery {
    /** Copies the labels. */
    public FindExecutions {
      labels = List.copyOf(labels);
    }
  }

  /**
   * A condition on a label.
   *
   * @param key name of the label
   * @param value its value; null for any
   */
  record LabelFilter(String key, @Nullable String value) {}
}
