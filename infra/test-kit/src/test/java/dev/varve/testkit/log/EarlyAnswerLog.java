package dev.varve.testkit.log;

import dev.varve.api.log.Committed;
import dev.varve.api.log.LogPosition;
import dev.varve.eventstore.AppendUnit;
import dev.varve.eventstore.EventLog;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** Wrong: acknowledges first and commits a moment later. */
final class EarlyAnswerLog extends DelegatingLog {
  private static final long LATER_MILLIS = 20;

  private final Queue<CompletableFuture<List<Committed>>> later = new ConcurrentLinkedQueue<>();

  EarlyAnswerLog(EventLog log) {
    super(log);
  }

  @Override
  public CompletableFuture<List<Committed>> append(AppendUnit unit) {
    CompletableFuture.delayedExecutor(LATER_MILLIS, TimeUnit.MILLISECONDS)
        .execute(() -> later.add(super.append(unit)));
    return CompletableFuture.completedFuture(
        unit.commits().stream()
            .map(c -> new Committed(LogPosition.start(unit.partition()), c.answer(), false))
            .toList());
  }
}
