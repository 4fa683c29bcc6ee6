package dev.varve.query.work;

import dev.varve.api.common.Page;
import dev.varve.api.task.ScheduledTimer;
import dev.varve.api.task.TaskView;
import dev.varve.api.task.TimerView;
import dev.varve.api.task.WorkQuery.FindTasks;
import dev.varve.api.task.WorkQuery.FindTimers;
import dev.varve.api.task.WorkQuery.TaskPlace;
import dev.varve.api.task.WorkQuery.TimerPlace;
import dev.varve.query.projection.ReadModel;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Answers what is waiting, and for what. */
public final class WorkQueries {
  /** Name of the projection that fills the tables. */
  public static final String PROJECTION = "work";

  private static final String TASKS =
      """
      select t.execution_id, t.node_id, t.path, t.type, t.handler, t.attempt, t.owner,
        t.available_at, t.deadline
      from work.task t where t.tenant_id = ?\
      """;

  private static final String TIMERS =
      """
      select t.execution_id, t.kind, t.path, t.due_at, t.poll_at
      from work.timer t where t.tenant_id = ?\
      """;

  private final ReadModel readModel;

  /** Reads {@code readModel}, whose database has the work tables too. */
  public WorkQueries(ReadModel readModel) {
    this.readModel = readModel;
  }

  /** An item and its place in the list. */
  private record Found<T, P>(T item, P place) {}

  /**
   * A page and the place where the next one begins.
   *
   * @param page without a cursor: the place is the door's to write
   * @param next place of the last item when more follow; null otherwise
   * @param <T> what the list is of
   * @param <P> a place in it
   */
  public record Slice<T, P>(Page<T> page, @Nullable P next) {}

  /** Returns attempts that run or wait, by execution and path. */
  public Slice<TaskView, TaskPlace> find(FindTasks query) {
    var parameters = new ArrayList<Object>();
    parameters.add(query.tenant().value());
    var sql = new StringBuilder(TASKS);
    if (query.executionId() != null) {
      sql.append(" and t.execution_id = ?");
      parameters.add(query.executionId().value());
    }
    if (query.handler() != null) {
      sql.append(" and t.handler = ?");
      parameters.add(query.handler());
    }
    if (query.after() != null) {
      sql.append(" and (t.execution_id, t.path) > (?, ?)");
      parameters.add(query.after().executionId());
      parameters.add(query.after().path());
    }
    sql.append(" order by t.execution_id, t.path limit ").append(query.limit() + 1);
    return slice(sql.toString(), parameters, query.limit(), WorkQueries::task);
  }

  /** Returns timers that have not fired, in the order in which the table is asked for them. */
  public Slice<TimerView, TimerPlace> find(FindTimers query) {
    var parameters = new ArrayList<Object>();
    parameters.add(query.tenant().value());
    var sql = new StringBuilder(TIMERS);
    if (query.executionId() != null) {
      sql.append(" and t.execution_id = ?");
      parameters.add(query.executionId().value());
    }
    if (query.after() != null) {
      sql.append(" and (t.poll_at, t.execution_id, t.path, t.kind) > (?, ?, ?, ?)");
      parameters.add(query.after().at());
      parameters.add(query.after().executionId());
      parameters.add(query.after().path());
      parameters.add(query.after().kind());
    }
    sql.append(" order by t.poll_at, t.execution_id, t.path, t.kind limit ")
        .append(query.limit() + 1);
    return slice(sql.toString(), parameters, query.limit(), WorkQueries::timer);
  }

  private <T, P> Slice<T, P> slice(
      String sql, List<Object> parameters, int limit, ReadModel.Row<Found<T, P>> row) {
    return readModel.read(snapshot -> {
      List<Found<T, P>> found = snapshot.list(sql, parameters, row);
      boolean more = found.size() > limit;
      List<Found<T, P>> kept = more ? found.subList(0, limit) : found;
      String asOf = snapshot.asOf(PROJECTION).toToken();
      var page = new Page<T>(kept.stream().map(Found::item).toList(), null, asOf);
      return new Slice<>(page, more ? kept.getLast().place() : null);
    });
  }

  private static Found<TaskView, TaskPlace> task(ResultSet row) throws SQLException {
    UUID execution = row.getObject("execution_id", UUID.class);
    String path = row.getString("path");
    return new Found<>(
        new TaskView(
            execution,
            row.getString("node_id"),
            path,
            row.getString("type"),
            row.getString("handler"),
            row.getInt("attempt"),
            row.getString("owner"),
            ReadModel.requiredInstant(row, "available_at"),
            ReadModel.instant(row, "deadline"),
            execution + "/" + path),
        new TaskPlace(execution, path));
  }

  private static Found<TimerView, TimerPlace> timer(ResultSet row) throws SQLException {
    UUID execution = row.getObject("execution_id", UUID.class);
    String path = row.getString("path");
    String kind = row.getString("kind");
    return new Found<>(
        new TimerView(
            execution,
            ScheduledTimer.Kind.valueOf(kind),
            path.isEmpty() ? null : path,
            ReadModel.requiredInstant(row, "due_at")),
        new TimerPlace(ReadModel.requiredInstant(row, "poll_at"), execution, path, kind));
  }
}
