package dev.varve.server;

import dev.varve.eventstore.AppendObserver;
import dev.varve.eventstore.axon.BatchObserver;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/**
 * How long things take, as histograms with fixed buckets: a record is a few additions, and whoever
 * asks computes the percentiles, over all nodes if he likes.
 */
final class Durations {
  /** Upper bounds of the buckets of times. */
  private static final Duration[] TIMES =
      LongStream.of(500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000)
          .mapToObj(micros -> Duration.ofNanos(micros * 1_000))
          .toArray(Duration[]::new);

  private static final Duration[] LONG_TIMES = {
    Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(30)
  };

  /** Upper bounds of the buckets of group sizes. */
  private static final double[] UNITS = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000};

  private Durations() {}

  private static Timer timer(MeterRegistry registry, String name, String meaning, String... tags) {
    var bounds = new Duration[TIMES.length + LONG_TIMES.length];
    System.arraycopy(TIMES, 0, bounds, 0, TIMES.length);
    System.arraycopy(LONG_TIMES, 0, bounds, TIMES.length, LONG_TIMES.length);
    return Timer.builder(name)
        .description(meaning)
        .tags(tags)
        .serviceLevelObjectives(bounds)
        .register(registry);
  }

  /** What appends cost. */
  static final class OfAppends implements AppendObserver {
    private final Timer write;
    private final Timer latency;
    private final DistributionSummary units;

    OfAppends(MeterRegistry registry) {
      this.write = timer(registry, "varve.append.write", "time in the database, by group");
      this.latency = timer(registry, "varve.append.latency", "from submit to answer, by unit");
      this.units =
          DistributionSummary.builder("varve.append.group.units")
              .description("units that were committed together")
              .serviceLevelObjectives(UNITS)
              .register(registry);
    }

    @Override
    public void committed(int count, long nanos) {
      write.record(nanos, TimeUnit.NANOSECONDS);
      units.record(count);
    }

    @Override
    public void answered(long nanos) {
      latency.record(nanos, TimeUnit.NANOSECONDS);
    }
  }

  /** What batches of projections cost. */
  static final class OfBatches implements BatchObserver {
    private final MeterRegistry registry;
    private final Map<String, Timer> timers = new ConcurrentHashMap<>();

    OfBatches(MeterRegistry registry) {
      this.registry = registry;
    }

    @Override
    public void committed(String projection, int events, long nanos) {
      timers
          .computeIfAbsent(
              projection,
              name ->
                  timer(
                      registry,
                      "varve.projection.batch",
                      "from the first event of a batch to its commit",
                      "projection",
                      name))
          .record(nanos, TimeUnit.NANOSECONDS);
    }
  }
}
