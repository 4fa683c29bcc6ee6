package dev.varve.query.execution;

import dev.varve.api.execution.ExecutionEvent.ExecutionStarted;
import dev.varve.api.execution.ExecutionView;
import dev.varve.api.log.LogToken;
import dev.varve.api.log.RecordedEvent;
import dev.varve.query.execution.ExecutionChanges.AttemptEnd;
import dev.varve.query.execution.ExecutionChanges.ExecutionChange;
import dev.varve.query.execution.ExecutionChanges.NodeChange;
import dev.varve.query.execution.ExecutionRows.AttemptRow;
import dev.varve.query.execution.ExecutionRows.GraphNode;
import dev.varve.query.execution.ExecutionRows.NodeRow;
import dev.varve.query.projection.JsonText;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One execution as of any of its events: the very changes that the projection writes and the very
 * views that the queries read, without the tables between them.
 *
 * <p>Add its events from the first one on; {@link ExecutionQueries#past} shows what they amount to.
 * Holds the nodes that were reached, not the events.
 */
public final class PastView {
  private final ExecutionChanges changes = new ExecutionChanges();
  private @Nullable RecordedEvent last;

  /**
   * Adds the next event of the execution.
   *
   * @throws IllegalArgumentException when it is not the next one
   */
  public void add(RecordedEvent event) {
    long expected = last == null ? 0 : last.sequence() + 1;
    if (event.sequence() != expected) {
      throw new IllegalArgumentException(
          "Expected event " + expected + " of the execution, but was " + event.sequence());
    }
    changes.add(event);
    last = event;
  }

  /** Returns the event that was added last; null before the first. */
  public @Nullable RecordedEvent last() {
    return last;
  }

  /** Returns how the execution began; only after the first event. */
  ExecutionStarted started() {
    return Objects.requireNonNull(execution().started);
  }

  private ExecutionChange execution() {
    return changes.executions().iterator().next();
  }

  /** Returns the view; only after the first event. */
  ExecutionView view(List<GraphNode> graph) {
    ExecutionChange execution = execution();
    ExecutionStarted started = started();
    return new ExecutionView(
        execution.executionId,
        started.definition(),
        started.version(),
        execution.status,
        started.businessKey(),
        started.labels(),
        started.input(),
        execution.output,
        execution.error == null ? null : JsonText.parse(JsonText.of(execution.error)),
        Objects.requireNonNull(execution.startedAt),
        execution.endedAt,
        NodeViews.assemble(
            graph,
            changes.nodes().stream().map(PastView::row).toList(),
            changes.attempts().stream().map(PastView::row).toList()),
        LogToken.of(Objects.requireNonNull(last).position()).toToken());
  }

  private static NodeRow row(NodeChange node) {
    return new NodeRow(
        node.key.path().value(),
        node.status,
        node.attempt,
        node.startedAt,
        node.endedAt,
        JsonText.of(node.input),
        JsonText.of(node.output),
        node.error == null ? null : JsonText.of(node.error),
        node.skipReason);
  }

  private static AttemptRow row(AttemptEnd attempt) {
    return new AttemptRow(
        attempt.path().value(),
        attempt.number(),
        attempt.status(),
        attempt.endedAt(),
        attempt.nextStartedAt(),
        attempt.error() == null ? null : JsonText.of(attempt.error()));
  }
}
