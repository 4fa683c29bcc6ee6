package dev.varve.server;

import dev.varve.api.projection.ProjectionView;
import dev.varve.query.projection.ProjectionQueries;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Figures that only the database knows, read every {@link #PERIOD}: how many executions are open,
 * what waits and for how long, how far projections are. A failure keeps the figures from before and
 * is visible as {@code varve_figures_age_seconds}.
 */
final class OperatorFigures implements AutoCloseable {
  static final Duration PERIOD = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(OperatorFigures.class);

  // Of the few open ones the day's statistics know nothing yet: the table of open ones does.
  private static final String EXECUTIONS_OPEN =
      "select definition, count(*), extract(epoch from clock_timestamp() - min(started_at))"
          + " from read_model.execution_statistics_open group by definition";

  private static final String EXECUTIONS_ENDED =
      "select sum(completed), sum(failed), sum(cancelled), sum(timed_out)"
          + " from read_model.execution_statistics";

  private static final String TASKS =
      "select coalesce(handler, type), count(*),"
          + " extract(epoch from clock_timestamp() - min(available_at))"
          + " from work.task where available_at <= clock_timestamp() group by 1";

  private static final String TIMERS =
      "select count(*) filter (where due_at >= clock_timestamp()),"
          + " count(*) filter (where due_at < clock_timestamp()),"
          + " coalesce(extract(epoch from clock_timestamp()"
          + "   - min(due_at) filter (where due_at < clock_timestamp())), 0)"
          + " from work.timer";

  private static final String LEASES =
      "select count(*) filter (where expires_at >= clock_timestamp()),"
          + " count(*) filter (where expires_at < clock_timestamp()) from work.lease";

  private final DataSource pool;
  private final ProjectionQueries projections;
  private final MultiGauge open;
  private final MultiGauge oldest;
  private final MultiGauge ended;
  private final MultiGauge tasks;
  private final MultiGauge taskAge;
  private final MultiGauge timers;
  private final MultiGauge timerOverdue;
  private final MultiGauge leases;
  private final MultiGauge lagEvents;
  private final MultiGauge lagSeconds;
  private final MultiGauge parked;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("varve-figures").factory());
  private volatile long readAt = System.nanoTime();

  OperatorFigures(MeterRegistry registry, DataSource pool, ProjectionQueries projections) {
    this.pool = pool;
    this.projections = projections;
    this.open = gauge(registry, "executions.open", "executions that have not ended");
    this.oldest = gauge(registry, "executions.oldest.seconds", "age of the oldest open execution");
    this.ended = gauge(registry, "executions.ended", "executions that have ended, by how");
    this.tasks = gauge(registry, "tasks.waiting", "attempts that may run now, by handler");
    this.taskAge = gauge(registry, "tasks.oldest.seconds", "how long the oldest of them may run");
    this.timers = gauge(registry, "timers", "pending timers, by whether they are overdue");
    this.timerOverdue = gauge(registry, "timers.overdue.seconds", "how late the latest timer is");
    this.leases = gauge(registry, "leases", "processes with a lease, by whether it holds");
    this.lagEvents = gauge(registry, "projection.lag.events", "events not yet shown");
    this.lagSeconds = gauge(registry, "projection.lag.seconds", "age of the first of them");
    this.parked = gauge(registry, "projection.parked", "sequences set aside after a failure");
    io.micrometer.core.instrument.Gauge.builder(
            "varve.figures.age.seconds",
            this,
            figures -> (System.nanoTime() - figures.readAt) / 1e9)
        .description("age of the figures that come from the database")
        .register(registry);
  }

  private static MultiGauge gauge(MeterRegistry registry, String name, String meaning) {
    return MultiGauge.builder("varve." + name).description(meaning).register(registry);
  }

  /** Reads now and from now on; returns itself. */
  OperatorFigures start() {
    var _ =
        clock.scheduleWithFixedDelay(this::refresh, 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    return this;
  }

  private void refresh() {
    try {
      read();
      readAt = System.nanoTime();
    } catch (SQLException | RuntimeException e) {
      LOG.atWarn().addKeyValue("reason", e.getMessage()).log("figures not read; tried again");
    }
  }

  private void read() throws SQLException {
    List<MultiGauge.Row<?>> lag = new ArrayList<>();
    List<MultiGauge.Row<?>> behind = new ArrayList<>();
    List<MultiGauge.Row<?>> aside = new ArrayList<>();
    for (ProjectionView each : projections.list()) {
      Tags tags =
          Tags.of("projection", each.name(), "partition", Integer.toString(each.partition()));
      lag.add(MultiGauge.Row.of(tags, each.lagEvents()));
      behind.add(MultiGauge.Row.of(tags, each.lagMillis() / 1e3));
      aside.add(MultiGauge.Row.of(tags, each.parked()));
    }
    lagEvents.register(lag, true);
    lagSeconds.register(behind, true);
    parked.register(aside, true);
    try (Connection connection = pool.getConnection()) {
      groups(connection, EXECUTIONS_OPEN, "definition", open, oldest);
      groups(connection, TASKS, "handler", tasks, taskAge);
      columns(
          connection,
          EXECUTIONS_ENDED,
          ended,
          "status",
          "COMPLETED",
          "FAILED",
          "CANCELLED",
          "TIMED_OUT");
      columns(connection, TIMERS, timers, "state", "pending", "overdue");
      columns(connection, LEASES, leases, "state", "held", "expired");
      try (var statement = connection.createStatement();
          ResultSet row = statement.executeQuery(TIMERS)) {
        row.next();
        timerOverdue.register(List.of(MultiGauge.Row.of(Tags.empty(), row.getDouble(3))), true);
      }
    }
  }

  /** One row per group: name, count, age. */
  private static void groups(
      Connection connection, String sql, String tag, MultiGauge counts, MultiGauge ages)
      throws SQLException {
    List<MultiGauge.Row<?>> count = new ArrayList<>();
    List<MultiGauge.Row<?>> age = new ArrayList<>();
    try (var statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        Tags tags = Tags.of(tag, row.getString(1));
        count.add(MultiGauge.Row.of(tags, row.getLong(2)));
        age.add(MultiGauge.Row.of(tags, Math.max(0, row.getDouble(3))));
      }
    }
    if (count.isEmpty()) {
      // A zero is an answer; a figure that is not there looks like a broken scrape.
      count.add(MultiGauge.Row.of(Tags.of(tag, ""), 0));
      age.add(MultiGauge.Row.of(Tags.of(tag, ""), 0));
    }
    counts.register(count, true);
    ages.register(age, true);
  }

  /** One row in all: a count per column. */
  private static void columns(
      Connection connection, String sql, MultiGauge gauge, String tag, String... names)
      throws SQLException {
    List<MultiGauge.Row<?>> rows = new ArrayList<>();
    try (var statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      for (int i = 0; i < names.length; i++) {
        rows.add(MultiGauge.Row.of(Tags.of(tag, names[i]), row.getLong(i + 1)));
      }
    }
    gauge.register(rows, true);
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
