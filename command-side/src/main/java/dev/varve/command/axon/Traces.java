package dev.varve.command.axon;

import dev.varve.api.common.NodePath;
import dev.varve.api.execution.ExecutionEvent;
import dev.varve.api.execution.ExecutionEvent.Advance;
import dev.varve.api.execution.ExecutionEvent.AttemptFailed;
import dev.varve.api.execution.ExecutionEvent.AttemptLost;
import dev.varve.api.log.CommandCommit;
import dev.varve.api.task.ScheduledTimer;
import dev.varve.api.task.TaskDispatch;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which trace the work that a batch asked for belongs to: that of the command that asked for it. A
 * batch without traces, which is nearly every one, costs a look at each command and nothing else.
 */
final class Traces {
  private static final Traces NONE = new Traces(null, Map.of());

  private final @Nullable String common;
  private final Map<NodePath, String> byPath;

  private Traces(@Nullable String common, Map<NodePath, String> byPath) {
    this.common = common;
    this.byPath = byPath;
  }

  /**
   * Finds them.
   *
   * @param items what became of the commands, in order
   * @param events the events of the accepted ones, in order
   */
  static Traces of(List<BatchResult.Item> items, List<ExecutionEvent> events) {
    String first = null;
    boolean any = false;
    boolean mixed = false;
    for (BatchResult.Item item : items) {
      if (item instanceof BatchResult.Item.Accepted accepted) {
        String trace = accepted.commit().metadata().traceparent();
        mixed |= any && !Objects.equals(first, trace);
        first = any ? first : trace;
        any = true;
      }
    }
    if (mixed) {
      return new Traces(null, byPath(items, events));
    }
    return first == null ? NONE : new Traces(first, Map.of());
  }

  private static Map<NodePath, String> byPath(
      List<BatchResult.Item> items, List<ExecutionEvent> events) {
    Map<NodePath, String> traces = new HashMap<>();
    int at = 0;
    for (BatchResult.Item item : items) {
      if (item instanceof BatchResult.Item.Accepted accepted) {
        CommandCommit commit = accepted.commit();
        String trace = commit.metadata().traceparent();
        if (trace != null) {
          events
              .subList(at, at + commit.eventCount())
              .forEach(each -> collect(each, trace, traces));
        }
        at += commit.eventCount();
      }
    }
    return traces;
  }

  private static void collect(ExecutionEvent event, String trace, Map<NodePath, String> traces) {
    switch (event) {
      case Advance advance -> {
        advance.scheduled().forEach(task -> traces.put(task.path(), trace));
        advance.timers().forEach(timer -> traces.put(timer.path(), trace));
      }
      case AttemptFailed failed -> traces.put(failed.path(), trace);
      case AttemptLost lost -> traces.put(lost.path(), trace);
      default -> {}
    }
  }

  private @Nullable String of(NodePath path) {
    return common == null ? byPath.get(path) : common;
  }

  private boolean none() {
    return common == null && byPath.isEmpty();
  }

  List<TaskDispatch> dispatches(List<TaskDispatch> plain) {
    return none()
        ? plain
        : plain.stream().map(each -> each.within(of(each.task().path()))).toList();
  }

  Map<NodePath, String> timers(List<ScheduledTimer> timers) {
    if (none() || timers.isEmpty()) {
      return Map.of();
    }
    Map<NodePath, String> traces = new HashMap<>();
    for (ScheduledTimer timer : timers) {
      String trace = of(timer.path());
      if (trace != null) {
        traces.put(timer.path(), trace);
      }
    }
    return Map.copyOf(traces);
  }
}
