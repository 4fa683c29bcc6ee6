package dev.varve.query.statistics;

import dev.varve.api.execution.ExecutionEvent;
import dev.varve.api.execution.ExecutionEvent.ExecutionRetried;
import dev.varve.api.execution.ExecutionEvent.ExecutionStarted;
import dev.varve.api.execution.ExecutionStatus;
import dev.varve.api.log.RecordedEvent;
import dev.varve.query.projection.Columns;
import dev.varve.query.projection.Projection;
import dev.varve.query.projection.ProjectionProgress;
import dev.varve.query.statistics.StatisticsChanges.End;
import dev.varve.query.statistics.StatisticsChanges.Start;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Counts of executions per definition, version and day. One that is retried ends once more and is
 * counted by each of its ends; the time it took then is the time since it was retried.
 *
 * <p>Counting is not idempotent by itself, so this projection remembers in its own tables what it
 * has counted and leaves out what comes again.
 */
public final class StatisticsProjection extends Projection {
  /** Name of the projection. */
  public static final String NAME = "statistics";

  private static final String ADVANCE =
      """
      update read_model.execution_statistics_progress set position = ?
      where partition = ? and position < ?\
      """;

  private static final String LOCK_PROGRESS =
      """
      select position from read_model.execution_statistics_progress where partition = ?
      for update\
      """;

  private static final String BEGIN_PROGRESS =
      """
      insert into read_model.execution_statistics_progress (partition, position) values (?, ?)
      on conflict (partition) do update set position = excluded.position\
      """;

  private static final String OPEN =
      """
      insert into read_model.execution_statistics_open
        (execution_id, tenant_id, definition, version, started_at)
      select c.id::uuid, c.tenant, c.definition, c.version, %s
      from unnest(?, ?, ?, ?, ?) as c(id, tenant, definition, version, started_at)
      on conflict (execution_id) do nothing\
      """
          .formatted(Columns.instant("c.started_at"));

  private static final String CLOSE =
      """
      delete from read_model.execution_statistics_open o
      using unnest(?) as c(id) where o.execution_id = c.id::uuid
      returning o.execution_id, o.tenant_id, o.definition, o.version, o.started_at\
      """;

  private static final String COUNT =
      """
      insert into read_model.execution_statistics as s (tenant_id, definition, version, day,
        started, completed, failed, cancelled, timed_out, duration_ms_sum, duration_ms_max)
      select c.tenant, c.definition, c.version, c.day::date, c.started, c.completed, c.failed,
        c.cancelled, c.timed_out, c.duration_ms_sum, c.duration_ms_max
      from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) as c(tenant, definition, version, day, started,
        completed, failed, cancelled, timed_out, duration_ms_sum, duration_ms_max)
      on conflict (tenant_id, definition, version, day) do update
      set started = s.started + excluded.started,
        completed = s.completed + excluded.completed,
        failed = s.failed + excluded.failed,
        cancelled = s.cancelled + excluded.cancelled,
        timed_out = s.timed_out + excluded.timed_out,
        duration_ms_sum = s.duration_ms_sum + excluded.duration_ms_sum,
        duration_ms_max = greatest(s.duration_ms_max, excluded.duration_ms_max)\
      """;

  private static final String TRUNCATE =
      """
      truncate read_model.execution_statistics, read_model.execution_statistics_open,
        read_model.execution_statistics_progress\
      """;

  /**
   * Makes the projection.
   *
   * @param dataSource the one whose transactions the event processor runs in
   * @param progress is told what has been committed
   */
  public StatisticsProjection(DataSource dataSource, ProjectionProgress progress) {
    super(NAME, dataSource, progress);
  }

  @Override
  protected boolean concerns(RecordedEvent event) {
    return event.payload() instanceof ExecutionStarted
        || event.payload() instanceof ExecutionRetried
        || endOf(event) != null;
  }

  @Override
  protected void write(List<RecordedEvent> events, Connection connection) throws SQLException {
    List<RecordedEvent> fresh = uncounted(events, connection);
    if (!fresh.isEmpty()) {
      writeLate(fresh, connection);
    }
  }

  /** What was set aside was not counted, though later events were. */
  @Override
  protected void writeLate(List<RecordedEvent> fresh, Connection connection) throws SQLException {
    var changes = new StatisticsChanges();
    for (RecordedEvent event : fresh) {
      ExecutionStatus end = endOf(event);
      if (end != null) {
        changes.ended(event.streamId(), new End(end, event.recordedAt()));
      } else if (event.payload() instanceof ExecutionStarted started) {
        changes.started(
            event.streamId(),
            new Start(
                event.tenant().value(),
                started.definition(),
                started.version(),
                event.recordedAt()));
      } else if (event.payload() instanceof ExecutionRetried retried) {
        changes.retried(
            event.streamId(),
            new Start(
                event.tenant().value(),
                retried.definition(),
                retried.version(),
                event.recordedAt()));
      }
    }
    close(changes, connection);
    open(changes.open(), connection);
    count(changes, connection);
  }

  @Override
  protected void truncate(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(TRUNCATE);
    }
  }

  private static @Nullable ExecutionStatus endOf(RecordedEvent event) {
    return switch (event.payload()) {
      case ExecutionEvent.ExecutionCompleted _ -> ExecutionStatus.COMPLETED;
      case ExecutionEvent.ExecutionFailed _ -> ExecutionStatus.FAILED;
      case ExecutionEvent.ExecutionCancelled _ -> ExecutionStatus.CANCELLED;
      case ExecutionEvent.ExecutionTimedOut _ -> ExecutionStatus.TIMED_OUT;
      default -> null;
    };
  }

  /** Leaves out what was counted before and notes the rest as counted. */
  private static List<RecordedEvent> uncounted(List<RecordedEvent> events, Connection connection)
      throws SQLException {
    int partition = events.getFirst().position().partition();
    long first = events.getFirst().position().position();
    long last = events.getLast().position().position();
    try (PreparedStatement advance = connection.prepareStatement(ADVANCE)) {
      advance.setLong(1, last);
      advance.setInt(2, partition);
      advance.setLong(3, first);
      if (advance.executeUpdate() == 1) {
        return events;
      }
    }
    long counted = 0;
    try (PreparedStatement lock = connection.prepareStatement(LOCK_PROGRESS)) {
      lock.setInt(1, partition);
      try (ResultSet rows = lock.executeQuery()) {
        if (rows.next()) {
          counted = rows.getLong(1);
        }
      }
    }
    if (last > counted) {
      try (PreparedStatement begin = connection.prepareStatement(BEGIN_PROGRESS)) {
        begin.setInt(1, partition);
        begin.setLong(2, last);
        begin.executeUpdate();
      }
    }
    long before = counted;
    return events.stream().filter(event -> event.position().position() > before).toList();
  }

  private static void close(StatisticsChanges changes, Connection connection) throws SQLException {
    List<UUID> unresolved = changes.endedBefore();
    if (unresolved.isEmpty()) {
      return;
    }
    var columns = new Columns(unresolved.size());
    var ids = columns.text();
    unresolved.forEach(id -> ids.add(id.toString()));
    try (PreparedStatement statement = connection.prepareStatement(CLOSE)) {
      columns.bind(connection, statement);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          changes.resolve(
              rows.getObject("execution_id", UUID.class),
              new Start(
                  rows.getString("tenant_id"),
                  rows.getString("definition"),
                  rows.getInt("version"),
                  rows.getObject("started_at", OffsetDateTime.class).toInstant()));
        }
      }
    }
  }

  private static void open(Map<UUID, Start> open, Connection connection) throws SQLException {
    if (open.isEmpty()) {
      return;
    }
    var columns = new Columns(open.size());
    var ids = columns.text();
    var tenants = columns.text();
    var definitions = columns.text();
    var versions = columns.integers();
    var starts = columns.longs();
    open.forEach((id, start) -> {
      ids.add(id.toString());
      tenants.add(start.tenant());
      definitions.add(start.definition());
      versions.add(start.version());
      starts.add(Columns.micros(start.at()));
    });
    columns.execute(connection, OPEN);
  }

  private static void count(StatisticsChanges changes, Connection connection) throws SQLException {
    var counts = changes.counts();
    var columns = new Columns(counts.size());
    var tenants = columns.text();
    var definitions = columns.text();
    var versions = columns.integers();
    var days = columns.text();
    var started = columns.longs();
    var completed = columns.longs();
    var failed = columns.longs();
    var cancelled = columns.longs();
    var timedOut = columns.longs();
    var durationSums = columns.longs();
    var durationMaxima = columns.longs();
    counts.forEach((key, value) -> {
      tenants.add(key.tenant());
      definitions.add(key.definition());
      versions.add(key.version());
      days.add(key.day().toString());
      started.add(value.started());
      completed.add(value.completed());
      failed.add(value.failed());
      cancelled.add(value.cancelled());
      timedOut.add(value.timedOut());
      durationSums.add(value.durationMillisSum());
      durationMaxima.add(value.durationMillisMax());
    });
    columns.execute(connection, COUNT);
  }
}
