package dev.varve.query.execution;

import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.Page;
import dev.varve.api.common.TenantId;
import dev.varve.api.execution.ExecutionQuery.FindExecutions;
import dev.varve.api.execution.ExecutionQuery.GetExecution;
import dev.varve.api.execution.ExecutionQuery.LabelFilter;
import dev.varve.api.execution.ExecutionStatus;
import dev.varve.api.execution.ExecutionSummary;
import dev.varve.api.execution.ExecutionView;
import dev.varve.api.log.LogToken;
import dev.varve.api.log.StreamIds;
import dev.varve.query.execution.ExecutionRows.AttemptRow;
import dev.varve.query.execution.ExecutionRows.GraphNode;
import dev.varve.query.execution.ExecutionRows.NodeRow;
import dev.varve.query.projection.JsonText;
import dev.varve.query.projection.ReadModel;
import dev.varve.query.projection.ReadModel.Snapshot;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Answers questions about executions from the read model. */
public final class ExecutionQueries {
  private static final String SUMMARY_COLUMNS =
      """
      select e.execution_id, e.definition, e.version, e.status, e.business_key, e.labels,
        e.started_at, e.ended_at\
      """;

  private static final String FIND = SUMMARY_COLUMNS + " from read_model.execution e where ";

  private static final String GET =
      SUMMARY_COLUMNS
          + """
          , e.input, e.output, e.error from read_model.execution e
          where e.tenant_id = ? and e.execution_id = ?\
          """;

  private static final String NODES =
      """
      select path, status, attempt, started_at, ended_at, input, output, error, skip_reason
      from read_model.execution_node where tenant_id = ? and execution_id = ?\
      """;

  private static final String ATTEMPTS =
      """
      select path, number, status, ended_at, next_started_at, error
      from read_model.execution_attempt where tenant_id = ? and execution_id = ?\
      """;

  private static final String GRAPH =
      """
      select node_id, type from read_model.definition_node
      where tenant_id = ? and name = ? and version = ? order by ordinal\
      """;

  private static final String STATUS =
      "select status from read_model.execution where tenant_id = ? and execution_id = ?";

  private static final Duration DEFINITION_LOOK_EVERY = Duration.ofMillis(20);
  private static final int DEFINITION_LOOKS_MAX = 100;

  private final ReadModel readModel;

  /** Reads {@code readModel}. */
  public ExecutionQueries(ReadModel readModel) {
    this.readModel = readModel;
  }

  /**
   * Returns one execution with its nodes and attempts; null when the tenant has none of that id.
   *
   * <p>Definitions have a projection of their own. When that is a moment behind, this waits for it,
   * at most two seconds, rather than showing nodes without types.
   */
  public @Nullable ExecutionView get(GetExecution query) {
    ExecutionView view = readModel.read(snapshot -> view(snapshot, query));
    for (int look = 0; look < DEFINITION_LOOKS_MAX && lacksDefinition(view); look++) {
      LockSupport.parkNanos(DEFINITION_LOOK_EVERY.toNanos());
      view = readModel.read(snapshot -> view(snapshot, query));
    }
    return view;
  }

  private static boolean lacksDefinition(@Nullable ExecutionView view) {
    return view != null
        && view.nodes().stream().anyMatch(node -> node.type().equals(NodeViews.TYPE_UNKNOWN));
  }

  /**
   * Returns an execution as it was after the last event of {@code past}. The definition's nodes are
   * read; everything else comes from the events.
   *
   * @param past at least one event of an execution of {@code tenant}
   */
  public ExecutionView past(TenantId tenant, PastView past) {
    List<Object> version =
        List.of(tenant.value(), past.started().definition(), past.started().version());
    List<GraphNode> graph = graph(version);
    for (int look = 0; look < DEFINITION_LOOKS_MAX && graph.isEmpty(); look++) {
      LockSupport.parkNanos(DEFINITION_LOOK_EVERY.toNanos());
      graph = graph(version);
    }
    return past.view(graph);
  }

  private List<GraphNode> graph(List<Object> version) {
    return readModel.read(snapshot -> snapshot.list(GRAPH, version, GraphNode::of));
  }

  /** Returns where an execution stands; null when the tenant has none of that id. */
  public @Nullable ExecutionStatus status(GetExecution query) {
    return readModel.read(snapshot ->
        snapshot.one(STATUS, key(query), row -> StatusCodes.execution(row.getInt("status"))));
  }

  /**
   * Returns a page of executions, newest first. {@code next} is the id of the last one, as text.
   */
  public Page<ExecutionSummary> find(FindExecutions query) {
    return readModel.read(snapshot -> {
      var parameters = new ArrayList<Object>();
      String sql = FIND + conditions(query, parameters);
      List<ExecutionSummary> found =
          snapshot.list(
              sql + " order by e.execution_id desc limit " + (query.limit() + 1),
              parameters,
              ExecutionQueries::summary);
      boolean more = found.size() > query.limit();
      List<ExecutionSummary> items = more ? found.subList(0, query.limit()) : found;
      return new Page<>(
          items,
          more ? items.getLast().executionId().toString() : null,
          snapshot.asOf(ExecutionProjection.NAME).toToken());
    });
  }

  private static String conditions(FindExecutions query, List<Object> parameters) {
    var sql = new StringBuilder("e.tenant_id = ?");
    parameters.add(query.tenant().value());
    ExecutionStatus status = query.status();
    if (status != null) {
      // the predicate of the partial index has to be visible to the planner
      sql.append(" and e.status = ").append(StatusCodes.of(status));
    }
    String definition = query.definition();
    if (definition != null) {
      sql.append(" and e.definition = ?");
      parameters.add(definition);
    }
    String businessKey = query.businessKey();
    if (businessKey != null) {
      sql.append(" and e.business_key = ?");
      parameters.add(businessKey);
    }
    for (LabelFilter label : query.labels()) {
      String value = label.value();
      if (value == null) {
        sql.append(" and jsonb_exists(e.labels, ?)");
        parameters.add(label.key());
      } else {
        sql.append(" and e.labels @> ?::jsonb");
        parameters.add(JsonMapper.shared().writeValueAsString(Map.of(label.key(), value)));
      }
    }
    if (query.startedAfter() != null) {
      sql.append(" and e.started_at > ?");
      parameters.add(query.startedAfter());
    }
    ExecutionId after = query.after();
    if (after != null) {
      sql.append(" and e.execution_id < ?");
      parameters.add(after.value());
    }
    return sql.toString();
  }

  private static @Nullable ExecutionView view(Snapshot snapshot, GetExecution query)
      throws SQLException {
    Found found = snapshot.one(GET, key(query), Found::of);
    if (found == null) {
      return null;
    }
    ExecutionSummary summary = found.summary();
    List<GraphNode> graph =
        snapshot.list(
            GRAPH,
            List.of(query.tenant().value(), summary.definition(), summary.version()),
            GraphNode::of);
    List<NodeRow> nodes = snapshot.list(NODES, key(query), NodeRow::of);
    List<AttemptRow> attempts = snapshot.list(ATTEMPTS, key(query), AttemptRow::of);
    int partition = StreamIds.partitionOf(query.executionId().value());
    LogToken asOf = LogToken.of(snapshot.asOf(ExecutionProjection.NAME, partition));
    return new ExecutionView(
        summary.executionId(),
        summary.definition(),
        summary.version(),
        summary.status(),
        summary.businessKey(),
        summary.labels(),
        JsonText.parse(found.input()),
        JsonText.parse(found.output()),
        JsonText.parse(found.error()),
        summary.startedAt(),
        summary.endedAt(),
        NodeViews.assemble(graph, nodes, attempts),
        asOf.toToken());
  }

  private static List<Object> key(GetExecution query) {
    return List.of(query.tenant().value(), query.executionId().value());
  }

  private static ExecutionSummary summary(ResultSet row) throws SQLException {
    return new ExecutionSummary(
        row.getObject("execution_id", UUID.class),
        row.getString("definition"),
        row.getInt("version"),
        StatusCodes.execution(row.getInt("status")),
        row.getString("business_key"),
        labels(JsonText.parse(row.getString("labels"))),
        ReadModel.requiredInstant(row, "started_at"),
        ReadModel.instant(row, "ended_at"));
  }

  private static Map<String, String> labels(@Nullable JsonNode labels) {
    if (labels == null) {
      return Map.of();
    }
    var values = new HashMap<String, String>();
    labels.properties().forEach(label -> values.put(label.getKey(), label.getValue().asString()));
    return values;
  }

  /** The row of an execution. */
  private record Found(
      ExecutionSummary summary,
      @Nullable String input,
      @Nullable String output,
      @Nullable String error) {
    static Found of(ResultSet row) throws SQLException {
      return new Found(
          ExecutionQueries.summary(row),
          row.getString("input"),
          row.getString("output"),
          row.getString("error"));
    }
  }
}
