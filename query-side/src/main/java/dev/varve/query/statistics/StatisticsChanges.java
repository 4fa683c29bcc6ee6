package dev.varve.query.statistics;

import dev.varve.api.definition.DefinitionStatistics.Counts;
import dev.varve.api.execution.ExecutionStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** What one batch of starts and ends adds to the counts. */
final class StatisticsChanges {
  private final Map<UUID, Start> open = new LinkedHashMap<>();
  private final Map<UUID, End> endedBefore = new LinkedHashMap<>();
  // sorted, so that two partitions lock the rows they share in the same order
  private final Map<Key, Counts> counts = new TreeMap<>(Key.ORDER);

  void started(UUID executionId, Start start) {
    open.put(executionId, start);
    add(start, start.at(), new Counts(1, 0, 0, 0, 0, 0, 0));
  }

  /** Runs again: its next end is counted, not its start. */
  void retried(UUID executionId, Start again) {
    open.put(executionId, again);
  }

  void ended(UUID executionId, End end) {
    Start start = open.remove(executionId);
    if (start == null) {
      endedBefore.put(executionId, end);
    } else {
      add(start, end.at(), counts(start, end));
    }
  }

  /** Returns the executions that ended in this batch and started in an earlier one. */
  List<UUID> endedBefore() {
    return new ArrayList<>(endedBefore.keySet());
  }

  /** Tells how such an execution started. */
  void resolve(UUID executionId, Start start) {
    End end = endedBefore.get(executionId);
    if (end != null) {
      add(start, end.at(), counts(start, end));
    }
  }

  /** Returns the executions that started in this batch and did not end in it. */
  Map<UUID, Start> open() {
    return Collections.unmodifiableMap(open);
  }

  /** Returns what is to be added. */
  Map<Key, Counts> counts() {
    return Collections.unmodifiableMap(counts);
  }

  private void add(Start start, Instant at, Counts more) {
    LocalDate day = at.atOffset(ZoneOffset.UTC).toLocalDate();
    counts.merge(
        new Key(start.tenant(), start.definition(), start.version(), day), more, Counts::plus);
  }

  private static Counts counts(Start start, End end) {
    long millis = Duration.between(start.at(), end.at()).toMillis();
    return switch (end.status()) {
      case COMPLETED -> new Counts(0, 1, 0, 0, 0, millis, millis);
      case FAILED -> new Counts(0, 0, 1, 0, 0, millis, millis);
      case CANCELLED -> new Counts(0, 0, 0, 1, 0, millis, millis);
      case TIMED_OUT -> new Counts(0, 0, 0, 0, 1, millis, millis);
      case RUNNING, SUSPENDED, COMPENSATING -> Counts.NONE;
    };
  }

  /** How an execution started. */
  record Start(String tenant, String definition, int version, Instant at) {}

  /** How an execution ended. */
  record End(ExecutionStatus status, Instant at) {}

  /** Names a row of the read model. */
  record Key(String tenant, String definition, int version, LocalDate day) {
    static final java.util.Comparator<Key> ORDER =
        java.util.Comparator.comparing(Key::tenant)
            .thenComparing(Key::definition)
            .thenComparingInt(Key::version)
            .thenComparing(Key::day);
  }
}
