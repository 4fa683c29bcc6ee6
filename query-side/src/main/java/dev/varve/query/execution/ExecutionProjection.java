package dev.varve.query.execution;

import dev.varve.api.execution.ExecutionEvent;
import dev.varve.api.execution.ExecutionEvent.ExecutionStarted;
import dev.varve.api.execution.ExecutionView.AttemptStatus;
import dev.varve.api.execution.NodeStatus;
import dev.varve.api.log.RecordedEvent;
import dev.varve.query.execution.ExecutionChanges.AttemptEnd;
import dev.varve.query.execution.ExecutionChanges.ExecutionChange;
import dev.varve.query.execution.ExecutionChanges.NodeChange;
import dev.varve.query.execution.ExecutionChanges.Resumed;
import dev.varve.query.projection.Columns;
import dev.varve.query.projection.JsonText;
import dev.varve.query.projection.Projection;
import dev.varve.query.projection.ProjectionProgress;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Executions, their node instances and attempts. */
public final class ExecutionProjection extends Projection {
  /** Name of the projection. */
  public static final String NAME = "execution";

  private static final String PLACEHOLDER = "";

  // An end whose start lies in an earlier batch finds its row there: the placeholders of definition
  // and start are never stored. (An update joined with the changes was planned as a scan of the
  // whole table and cost six times as much.)
  private static final String UPSERT_EXECUTIONS =
      """
      insert into read_model.execution as e (tenant_id, execution_id, definition, version, status,
        started_at, ended_at, business_key, labels, input, output, error)
      select c.tenant, c.id::uuid, c.definition, c.version, c.status, %s, %s, c.business_key,
        c.labels::jsonb, c.input, c.output, c.error
      from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) as c(tenant, id, definition, version, status,
        started_at, ended_at, business_key, labels, input, output, error)
      on conflict (tenant_id, execution_id) do update
      set status = excluded.status, ended_at = excluded.ended_at, output = excluded.output,
        error = excluded.error\
      """
          .formatted(Columns.instant("c.started_at"), Columns.instant("c.ended_at"));

  // What a batch does not know (it began in an earlier one) is null there and stays as it is.
  private static final String UPSERT_NODES =
      """
      insert into read_model.execution_node as n (tenant_id, execution_id, path, status, attempt,
        started_at, ended_at, input, output, error, skip_reason)
      select c.tenant, c.id::uuid, c.path, c.status, c.attempt, %s, %s, c.input, c.output, c.error,
        c.skip_reason
      from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) as c(tenant, id, path, status, attempt,
        started_at, ended_at, input, output, error, skip_reason)
      on conflict (tenant_id, execution_id, path) do update
      set status = excluded.status,
        attempt = greatest(n.attempt, excluded.attempt),
        started_at = coalesce(n.started_at, excluded.started_at),
        ended_at = excluded.ended_at,
        input = coalesce(excluded.input, n.input),
        output = excluded.output,
        error = excluded.error,
        skip_reason = excluded.skip_reason\
      """
          .formatted(Columns.instant("c.started_at"), Columns.instant("c.ended_at"));

  private static final String INSERT_ATTEMPTS =
      """
      insert into read_model.execution_attempt (tenant_id, execution_id, path, number, status,
        ended_at, next_started_at, error)
      select c.tenant, c.id::uuid, c.path, c.number, c.status, %s, %s, c.error
      from unnest(?, ?, ?, ?, ?, ?, ?, ?) as c(tenant, id, path, number, status, ended_at,
        next_started_at, error)
      on conflict (tenant_id, execution_id, path, number) do nothing\
      """
          .formatted(Columns.instant("c.ended_at"), Columns.instant("c.next_started_at"));

  // Before the nodes are written: their rows still tell how the attempt ended.
  private static final String INSERT_RESUMED =
      """
      insert into read_model.execution_attempt (tenant_id, execution_id, path, number, status,
        ended_at, next_started_at, error)
      select c.tenant, c.id::uuid, c.path, c.number,
        case n.status when %d then %d else %d end, n.ended_at, %s, n.error
      from unnest(?, ?, ?, ?, ?) as c(tenant, id, path, number, next_started_at)
      join read_model.execution_node n on n.tenant_id = c.tenant
        and n.execution_id = c.id::uuid and n.path = c.path
      on conflict (tenant_id, execution_id, path, number) do nothing\
      """
          .formatted(
              StatusCodes.of(NodeStatus.FAILED),
              StatusCodes.of(AttemptStatus.FAILED),
              StatusCodes.of(AttemptStatus.CANCELLED),
              Columns.instant("c.next_started_at"));

  private static final String TRUNCATE =
      "truncate read_model.execution, read_model.execution_node, read_model.execution_attempt";

  /**
   * Makes the projection.
   *
   * @param dataSource the one whose transactions the event processor runs in
   * @param progress is told what has been committed
   */
  public ExecutionProjection(DataSource dataSource, ProjectionProgress progress) {
    super(NAME, dataSource, progress);
  }

  @Override
  protected boolean concerns(RecordedEvent event) {
    return event.payload() instanceof ExecutionEvent;
  }

  @Override
  protected void write(List<RecordedEvent> events, Connection connection) throws SQLException {
    var changes = new ExecutionChanges();
    events.forEach(changes::add);
    writeExecutions(changes.executions(), connection);
    writeResumed(changes.resumed(), connection);
    writeNodes(changes.nodes(), connection);
    writeAttempts(changes.attempts(), connection);
  }

  @Override
  protected void truncate(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(TRUNCATE);
    }
  }

  private static void writeExecutions(Collection<ExecutionChange> changes, Connection connection)
      throws SQLException {
    if (changes.isEmpty()) {
      return;
    }
    var columns = new Columns(changes.size());
    var tenants = columns.text();
    var ids = columns.text();
    var definitions = columns.text();
    var versions = columns.integers();
    var statuses = columns.integers();
    var starts = columns.longs();
    var ends = columns.longs();
    var businessKeys = columns.text();
    var labels = columns.text();
    var inputs = columns.text();
    var outputs = columns.text();
    var errors = columns.text();
    for (ExecutionChange change : changes) {
      ExecutionStarted started = change.started;
      tenants.add(change.tenant.value());
      ids.add(change.executionId.toString());
      definitions.add(started == null ? PLACEHOLDER : started.definition());
      versions.add(started == null ? 0 : started.version());
      statuses.add(StatusCodes.of(change.status));
      starts.add(started == null ? Long.valueOf(0) : Columns.micros(change.startedAt));
      ends.add(Columns.micros(change.endedAt));
      businessKeys.add(started == null ? null : started.businessKey());
      labels.add(started == null ? null : labels(started.labels()));
      inputs.add(started == null ? null : JsonText.of(started.input()));
      outputs.add(JsonText.of(change.output));
      errors.add(change.error == null ? null : JsonText.of(change.error));
    }
    columns.execute(connection, UPSERT_EXECUTIONS);
  }

  private static void writeNodes(Collection<NodeChange> changes, Connection connection)
      throws SQLException {
    if (changes.isEmpty()) {
      return;
    }
    var columns = new Columns(changes.size());
    var tenants = columns.text();
    var ids = columns.text();
    var paths = columns.text();
    var statuses = columns.integers();
    var attempts = columns.integers();
    var starts = columns.longs();
    var ends = columns.longs();
    var inputs = columns.text();
    var outputs = columns.text();
    var errors = columns.text();
    var skipReasons = columns.text();
    for (NodeChange change : changes) {
      tenants.add(change.tenant.value());
      ids.add(change.key.executionId().toString());
      paths.add(change.key.path().value());
      statuses.add(StatusCodes.of(change.status));
      attempts.add(change.attempt);
      starts.add(Columns.micros(change.startedAt));
      ends.add(Columns.micros(change.endedAt));
      inputs.add(JsonText.of(change.input));
      outputs.add(JsonText.of(change.output));
      errors.add(change.error == null ? null : JsonText.of(change.error));
      skipReasons.add(change.skipReason);
    }
    columns.execute(connection, UPSERT_NODES);
  }

  private static void writeAttempts(List<AttemptEnd> ends, Connection connection)
      throws SQLException {
    if (ends.isEmpty()) {
      return;
    }
    var columns = new Columns(ends.size());
    var tenants = columns.text();
    var ids = columns.text();
    var paths = columns.text();
    var numbers = columns.integers();
    var statuses = columns.integers();
    var endedAt = columns.longs();
    var nextStartedAt = columns.longs();
    var errors = columns.text();
    for (AttemptEnd end : ends) {
      tenants.add(end.tenant().value());
      ids.add(end.executionId().toString());
      paths.add(end.path().value());
      numbers.add(end.number());
      statuses.add(StatusCodes.of(end.status()));
      endedAt.add(Columns.micros(end.endedAt()));
      nextStartedAt.add(Columns.micros(end.nextStartedAt()));
      errors.add(end.error() == null ? null : JsonText.of(end.error()));
    }
    columns.execute(connection, INSERT_ATTEMPTS);
  }

  private static void writeResumed(List<Resumed> resumed, Connection connection)
      throws SQLException {
    if (resumed.isEmpty()) {
      return;
    }
    var columns = new Columns(resumed.size());
    var tenants = columns.text();
    var ids = columns.text();
    var paths = columns.text();
    var numbers = columns.integers();
    var nextStartedAt = columns.longs();
    for (Resumed each : resumed) {
      tenants.add(each.tenant().value());
      ids.add(each.executionId().toString());
      paths.add(each.path().value());
      numbers.add(each.number());
      nextStartedAt.add(Columns.micros(each.nextStartedAt()));
    }
    columns.execute(connection, INSERT_RESUMED);
  }

  private static @Nullable String labels(Map<String, String> labels) {
    return labels.isEmpty() ? null : JsonMapper.shared().writeValueAsString(labels);
  }
}
