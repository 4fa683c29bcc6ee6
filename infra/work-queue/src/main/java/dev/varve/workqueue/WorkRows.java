package dev.varve.workqueue;

import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.NodePath;
import dev.varve.api.common.TenantId;
import dev.varve.api.task.ScheduledTimer;
import dev.varve.workqueue.Leases.Share;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Reads the work tables for sweeps, page by page in the order of an index. Rows may be stale: they
 * are hints for commands, never facts. Executions are spread over the live processes by the last
 * byte of their id, which is random.
 */
final class WorkRows {
  /**
   * Owners that have rows and no lease: one step through the index per owner, however many rows.
   */
  private static final String DEAD_OWNERS =
      """
      with recursive owner(id) as (
        (select t.owner from work.task t order by t.owner limit 1)
        union all
        select (select t.owner from work.task t where t.owner > o.id order by t.owner limit 1)
        from owner o where o.id is not null
      )
      select o.id from owner o
      where o.id is not null and not exists (select from work.lease l where l.incarnation = o.id)\
      """;

  private static final String OF_OWNER =
      """
      select t.tenant_id, t.execution_id, t.path, t.attempt, t.owner, t.traceparent
      from work.task t
      where t.owner = ? and (t.tenant_id, t.execution_id, t.path) > (?, ?, ?)
        and t.available_at <= clock_timestamp() - make_interval(secs => ?)
        and get_byte(uuid_send(t.execution_id), 15) % ? = ?
      order by t.owner, t.tenant_id, t.execution_id, t.path limit ?\
      """;

  private static final String OVERDUE =
      """
      select t.tenant_id, t.execution_id, t.path, t.attempt, t.owner, t.traceparent
      from work.task t
      where t.deadline < clock_timestamp() - make_interval(secs => ?)
        and get_byte(uuid_send(t.execution_id), 15) % ? = ?
      order by t.deadline limit ?\
      """;

  private static final String TIMERS =
      """
      select t.tenant_id, t.execution_id, t.kind, t.path, t.poll_at, t.traceparent
      from work.timer t
      where t.poll_at <= clock_timestamp() + make_interval(secs => ?)
        and (t.poll_at, t.tenant_id, t.execution_id, t.path, t.kind) > (?, ?, ?, ?, ?)
        and get_byte(uuid_send(t.execution_id), 15) % ? = ?
      order by t.poll_at, t.tenant_id, t.execution_id, t.path, t.kind limit ?\
      """;

  private static final UUID LOWEST = new UUID(0, 0);
  private static final OffsetDateTime BEGINNING =
      OffsetDateTime.of(1, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);
  private static final int QUERY_TIMEOUT_SECONDS = 10;

  private final DataSource dataSource;

  WorkRows(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  List<String> deadOwners() throws SQLException {
    return query(DEAD_OWNERS, _ -> {}, rows -> rows.getString(1));
  }

  /**
   * Returns attempts of one owner that have been available for a time (a negative one: or will be).
   *
   * @param after the last row of the page before; null for the first page
   */
  List<TaskRow> ofOwner(
      String owner, @Nullable TaskRow after, Duration availableFor, Share share, int max)
      throws SQLException {
    return query(
        OF_OWNER,
        s -> {
          s.setString(1, owner);
          s.setString(2, after == null ? "" : after.tenant().value());
          s.setObject(3, after == null ? LOWEST : after.executionId().value());
          s.setString(4, after == null ? "" : after.path().value());
          s.setDouble(5, seconds(availableFor));
          s.setInt(6, share.count());
          s.setInt(7, share.index());
          s.setInt(8, max);
        },
        WorkRows::task);
  }

  /** Returns attempts whose deadline has passed by {@code grace}, the longest overdue first. */
  List<TaskRow> overdue(Duration grace, Share share, int max) throws SQLException {
    return query(
        OVERDUE,
        s -> {
          s.setDouble(1, seconds(grace));
          s.setInt(2, share.count());
          s.setInt(3, share.index());
          s.setInt(4, max);
        },
        WorkRows::task);
  }

  /**
   * Returns timers that are due within {@code ahead}, the earliest first.
   *
   * @param after the last row of the page before; null for the first page
   */
  List<TimerRow> timers(Duration ahead, @Nullable TimerRow after, Share share, int max)
      throws SQLException {
    return query(
        TIMERS,
        s -> {
          s.setDouble(1, seconds(ahead));
          s.setObject(2, after == null ? BEGINNING : after.pollAt().atOffset(ZoneOffset.UTC));
          s.setString(3, after == null ? "" : after.tenant().value());
          s.setObject(4, after == null ? LOWEST : after.key().executionId().value());
          s.setString(5, after == null ? "" : after.key().path().value());
          s.setString(6, after == null ? "" : after.key().kind().name());
          s.setInt(7, share.count());
          s.setInt(8, share.index());
          s.setInt(9, max);
        },
        WorkRows::timer);
  }

  private static TaskRow task(ResultSet rows) throws SQLException {
    return new TaskRow(
        new TenantId(rows.getString(1)),
        new ExecutionId(rows.getObject(2, UUID.class)),
        new NodePath(rows.getString(3)),
        rows.getInt(4),
        rows.getString(5),
        rows.getString(6));
  }

  private static TimerRow timer(ResultSet rows) throws SQLException {
    var key =
        new TimerKey(
            new ExecutionId(rows.getObject(2, UUID.class)),
            ScheduledTimer.Kind.valueOf(rows.getString(3)),
            new NodePath(rows.getString(4)));
    return new TimerRow(
        new TenantId(rows.getString(1)),
        key,
        rows.getObject(5, OffsetDateTime.class).toInstant(),
        rows.getString(6));
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1_000.0;
  }

  private <T> List<T> query(String sql, Binder binder, Row<T> reader) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setQueryTimeout(QUERY_TIMEOUT_SECONDS);
      binder.bind(statement);
      try (ResultSet rows = statement.executeQuery()) {
        var page = new ArrayList<T>();
        while (rows.next()) {
          page.add(reader.read(rows));
        }
        return page;
      }
    }
  }

  @FunctionalInterface
  private interface Binder {
    void bind(PreparedStatement statement) throws SQLException;
  }

  @FunctionalInterface
  private interface Row<T> {
    T read(ResultSet rows) throws SQLException;
  }
}
