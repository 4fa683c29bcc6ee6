package dev.varve.server;

import dev.varve.api.log.SequenceGuard;
import dev.varve.eventstore.axon.ProjectionProcessors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.axonframework.eventhandling.EventHandlerInvoker;
import org.axonframework.eventhandling.EventTrackerStatus;
import org.axonframework.eventhandling.pooled.PooledStreamingEventProcessor;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/** The event processors of this process: one per projection and partition. */
final class RunningProjections implements SmartLifecycle {
  /** With the rest of the work, before HTTP opens. */
  private static final int PHASE = 0;

  private final Map<String, PooledStreamingEventProcessor> processors = new LinkedHashMap<>();
  private final Map<String, EventHandlerInvoker> projections;
  private final List<Integer> partitions;
  private volatile boolean running;

  RunningProjections(
      List<Integer> partitions,
      ProjectionProcessors factory,
      Map<String, EventHandlerInvoker> projections) {
    this.projections = new LinkedHashMap<>(projections);
    this.partitions = partitions;
    projections.forEach((name, invoker) -> {
      for (int partition : partitions) {
        processors.put(
            ProjectionProcessors.nameOf(name, partition), factory.build(name, partition, invoker));
      }
    });
  }

  /** Returns all processors, in a fixed order. */
  List<PooledStreamingEventProcessor> all() {
    return List.copyOf(processors.values());
  }

  /** Returns the projection of that name; null when there is none. */
  @Nullable EventHandlerInvoker projection(String name) {
    return projections.get(name);
  }

  /** Returns the projections that may park streams, by name. */
  Map<String, SequenceGuard.Guarded> guarded() {
    var found = new LinkedHashMap<String, SequenceGuard.Guarded>();
    projections.forEach((name, projection) -> {
      if (projection instanceof SequenceGuard.Guarded each) {
        found.put(name, each);
      }
    });
    return found;
  }

  /** Returns the processors of a projection, one per partition. */
  List<PooledStreamingEventProcessor> processorsOf(String projection) {
    return partitions.stream()
        .map(partition -> processors.get(ProjectionProcessors.nameOf(projection, partition)))
        .toList();
  }

  /** Returns the names of all processors, in a fixed order. */
  List<String> names() {
    return List.copyOf(processors.keySet());
  }

  /**
   * Returns {@code running}, {@code replaying}, {@code failing} or {@code waiting}; null for a name
   * unknown here.
   */
  @Nullable String state(String processor) {
    PooledStreamingEventProcessor known = processors.get(processor);
    if (known == null || known.processingStatus().isEmpty()) {
      return known != null && known.isError() ? "failing" : null;
    }
    EventTrackerStatus status = known.processingStatus().values().iterator().next();
    if (status.isErrorState()) {
      return "failing";
    }
    return status.isReplaying() ? "replaying" : "running";
  }

  @Override
  public void start() {
    processors.values().forEach(PooledStreamingEventProcessor::start);
    running = true;
  }

  @Override
  public void stop() {
    // All at once: without the database each waits for a connection to give its claim back.
    CompletableFuture.allOf(
            processors.values().stream()
                .map(PooledStreamingEventProcessor::shutdownAsync)
                .toArray(CompletableFuture<?>[]::new))
        .join();
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }
}
