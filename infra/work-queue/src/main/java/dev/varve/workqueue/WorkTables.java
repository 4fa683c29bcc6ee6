package dev.varve.workqueue;

import dev.varve.api.common.NodePath;
import dev.varve.api.task.NextAttempt;
import dev.varve.api.task.ScheduledTask;
import dev.varve.workqueue.WorkChanges.OfExecution;
import dev.varve.workqueue.WorkChanges.PendingTimer;
import dev.varve.workqueue.WorkChanges.ScheduledTimerKey;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Writes folded changes: at most one statement per table and kind of change. */
final class WorkTables {
  private static final String DELETE_TASKS_OF_EXECUTIONS =
      """
      delete from work.task t using unnest(?::text[], ?::uuid[]) as c(tenant_id, execution_id)
      where t.tenant_id = c.tenant_id and t.execution_id = c.execution_id\
      """;

  private static final String DELETE_TIMERS_OF_EXECUTIONS =
      """
      delete from work.timer t using unnest(?::text[], ?::uuid[]) as c(tenant_id, execution_id)
      where t.tenant_id = c.tenant_id and t.execution_id = c.execution_id\
      """;

  private static final String DELETE_TASKS =
      """
      delete from work.task t
      using unnest(?::text[], ?::uuid[], ?::text[]) as c(tenant_id, execution_id, path)
      where t.tenant_id = c.tenant_id and t.execution_id = c.execution_id and t.path = c.path\
      """;

  private static final String DELETE_TIMERS =
      """
      delete from work.timer t
      using unnest(?::text[], ?::uuid[], ?::text[]) as c(tenant_id, execution_id, path)
      where t.tenant_id = c.tenant_id and t.execution_id = c.execution_id and t.path = c.path\
      """;

  private static final String PUT_TASKS =
      """
      insert into work.task (tenant_id, execution_id, path, node_id, type, handler, attempt, owner,
        available_at, deadline, input, traceparent)
      select c.tenant_id, c.execution_id, c.path, c.node_id, c.type, c.handler, c.attempt, c.owner,
        c.available_at::timestamptz, c.deadline::timestamptz, c.input,
        c.traceparent
      from unnest(?::text[], ?::uuid[], ?::text[], ?::text[], ?::text[], ?::text[], ?::integer[],
        ?::text[], ?::text[], ?::text[], ?::bytea[], ?::text[]) as c(tenant_id, execution_id, path, node_id,
        type, handler, attempt, owner, available_at, deadline, input, traceparent)
      on conflict (tenant_id, execution_id, path) do update
      set node_id = excluded.node_id, type = excluded.type, handler = excluded.handler,
        attempt = excluded.attempt, owner = excluded.owner, available_at = excluded.available_at,
        deadline = excluded.deadline, input = excluded.input,
        traceparent = excluded.traceparent\
      """;

  private static final String MOVE_TASKS =
      """
      update work.task t set attempt = c.attempt, owner = c.owner,
        available_at = c.available_at::timestamptz, deadline = c.deadline::timestamptz,
        traceparent = coalesce(c.traceparent, t.traceparent)
      from unnest(?::text[], ?::uuid[], ?::text[], ?::integer[], ?::text[], ?::text[], ?::text[],
        ?::text[])
        as c(tenant_id, execution_id, path, attempt, owner, available_at, deadline, traceparent)
      where t.tenant_id = c.tenant_id and t.execution_id = c.execution_id and t.path = c.path\
      """;

  private static final String PUT_TIMERS =
      """
      insert into work.timer (tenant_id, execution_id, path, kind, due_at, poll_at,
        traceparent)
      select c.tenant_id, c.execution_id, c.path, c.kind, c.due_at::timestamptz,
        c.poll_at::timestamptz, c.traceparent
      from unnest(?::text[], ?::uuid[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[])
        as c(tenant_id, execution_id, path, kind, due_at, poll_at, traceparent)
      on conflict (tenant_id, execution_id, path, kind) do update
      set due_at = excluded.due_at, poll_at = excluded.poll_at,
        traceparent = excluded.traceparent\
      """;

  private static final String EMPTY = "truncate work.task, work.timer";

  /** The last instant that the database can read. */
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Connection connection;

  WorkTables(Connection connection) {
    this.connection = connection;
  }

  void empty() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(EMPTY);
    }
  }

  void write(WorkChanges changes) throws SQLException {
    var emptied = new Columns(2);
    var gone = new Columns(3);
    var tasks = new Columns(12);
    var moved = new Columns(8);
    var timers = new Columns(7);
    for (OfExecution each : changes.executions()) {
      if (each.emptied) {
        emptied.add(each.tenant, each.id);
      }
      for (NodePath path : each.gone) {
        gone.add(each.tenant, each.id, path.value());
      }
      for (ScheduledTask task : each.tasks.values()) {
        tasks.add(taskRow(each, task));
      }
      each.moved.forEach((path, next) -> moved.add(movedRow(each, path, next)));
      for (Map.Entry<ScheduledTimerKey, PendingTimer> timer : each.timers.entrySet()) {
        timers.add(timerRow(each, timer.getKey(), timer.getValue()));
      }
    }
    String key = "text uuid text ";
    run(DELETE_TASKS_OF_EXECUTIONS, emptied, "text uuid");
    run(DELETE_TIMERS_OF_EXECUTIONS, emptied, "text uuid");
    run(DELETE_TASKS, gone, key);
    run(DELETE_TIMERS, gone, key);
    run(PUT_TASKS, tasks, key + "text text text integer text text text bytea text");
    run(MOVE_TASKS, moved, key + "integer text text text text");
    run(PUT_TIMERS, timers, key + "text text text text");
  }

  private static @Nullable Object[] taskRow(OfExecution execution, ScheduledTask task) {
    return new @Nullable Object[] {
      execution.tenant,
      execution.id,
      task.path().value(),
      task.nodeId(),
      task.type(),
      task.handler(),
      task.attempt(),
      task.owner(),
      instant(task.availableAt()),
      instant(task.deadline()),
      JSON.writeValueAsBytes(task.input()),
      execution.traces.get(task.path())
    };
  }

  private static @Nullable Object[] movedRow(
      OfExecution execution, NodePath path, NextAttempt next) {
    return new @Nullable Object[] {
      execution.tenant,
      execution.id,
      path.value(),
      next.number(),
      next.owner(),
      instant(next.availableAt()),
      instant(next.deadline()),
      execution.traces.get(path)
    };
  }

  private static @Nullable Object[] timerRow(
      OfExecution execution, ScheduledTimerKey key, PendingTimer timer) {
    return new @Nullable Object[] {
      execution.tenant,
      execution.id,
      key.path().value(),
      key.kind().name(),
      instant(timer.timer().dueAt()),
      instant(timer.pollAt()),
      timer.traceparent()
    };
  }

  private static @Nullable String instant(@Nullable Instant instant) {
    if (instant == null) {
      return null;
    }
    return (instant.isAfter(LAST) ? LAST : instant).toString();
  }

  private void run(String sql, Columns columns, String types) throws SQLException {
    if (columns.isEmpty()) {
      return;
    }
    String[] names = types.strip().split(" ", -1);
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      var arrays = new ArrayList<Array>();
      for (int i = 0; i < names.length; i++) {
        Array array = connection.createArrayOf(names[i], columns.array(i, names[i]));
        arrays.add(array);
        statement.setArray(i + 1, array);
      }
      int _ = statement.executeUpdate();
      for (Array array : arrays) {
        array.free();
      }
    }
  }

  /** Rows, kept by column. */
  private static final class Columns {
    private final List<List<@Nullable Object>> columns = new ArrayList<>();

    Columns(int count) {
      for (int i = 0; i < count; i++) {
        columns.add(new ArrayList<>());
      }
    }

    void add(@Nullable Object... row) {
      for (int i = 0; i < row.length; i++) {
        columns.get(i).add(row[i]);
      }
    }

    boolean isEmpty() {
      return columns.getFirst().isEmpty();
    }

    @Nullable Object[] array(int index, String type) {
      List<@Nullable Object> column = columns.get(index);
      return type.equals("bytea")
          ? column.toArray(new byte[0][])
          : column.toArray(new @Nullable Object[0]);
    }
  }
}
