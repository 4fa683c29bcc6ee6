package dev.varve.testkit.projection;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.Page;
import dev.varve.api.common.TenantId;
import dev.varve.api.definition.DefinitionQuery.FindDefinitions;
import dev.varve.api.definition.DefinitionQuery.GetDefinition;
import dev.varve.api.definition.DefinitionQuery.GetDefinitionVersion;
import dev.varve.api.definition.DefinitionStatistics;
import dev.varve.api.definition.DefinitionSummary;
import dev.varve.api.definition.DefinitionVersionView;
import dev.varve.api.definition.DefinitionView;
import dev.varve.api.execution.ExecutionQuery.FindExecutions;
import dev.varve.api.execution.ExecutionQuery.GetExecution;
import dev.varve.api.execution.ExecutionQuery.LabelFilter;
import dev.varve.api.execution.ExecutionStatus;
import dev.varve.api.execution.ExecutionSummary;
import dev.varve.api.execution.ExecutionView;
import dev.varve.api.execution.ExecutionView.AttemptStatus;
import dev.varve.api.execution.ExecutionView.AttemptView;
import dev.varve.api.execution.ExecutionView.NodeView;
import dev.varve.api.execution.NodeStatus;
import dev.varve.api.log.LogToken;
import dev.varve.api.projection.ProjectionView;
import dev.varve.query.definition.DefinitionProjection;
import dev.varve.query.definition.DefinitionQueries;
import dev.varve.query.execution.ExecutionProjection;
import dev.varve.query.execution.ExecutionQueries;
import dev.varve.query.projection.Projection;
import dev.varve.query.projection.ProjectionQueries;
import dev.varve.query.statistics.StatisticsProjection;
import dev.varve.query.statistics.StatisticsQueries;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QueriesIT {
  private ReadSide side;
  private ReadScenario.Cast cast;
  private ExecutionQueries executions;
  private DefinitionQueries definitions;

  @BeforeAll
  void play() throws SQLException {
    side = ReadSide.open(2);
    List<Projection> projections =
        List.of(
            side.follow(DefinitionProjection::new, 100),
            side.follow(ExecutionProjection::new, 100),
            side.follow(StatisticsProjection::new, 100));
    cast = new ReadScenario(side).play();
    projections.forEach(side::awaitCaughtUp);
    executions = new ExecutionQueries(side.readModel());
    definitions = new DefinitionQueries(side.readModel());
  }

  @AfterAll
  void stop() {
    side.close();
  }

  @Test
  void a_completed_execution_is_shown_with_nodes_and_attempts() {
    ExecutionView view = get(cast.completed());

    assertThat(view.status()).isEqualTo(ExecutionStatus.COMPLETED);
    assertThat(view.input()).hasToString("{\"sku\":\"book\",\"price\":3.0}");
    assertThat(view.output()).hasToString("{\"shipment\":\"s-1\"}");
    assertThat(view.error()).isNull();
    assertThat(view.businessKey()).isEqualTo("key-1");
    assertThat(view.labels()).containsOnlyKeys("region");
    assertThat(view.endedAt()).isAfterOrEqualTo(view.startedAt());
    assertThat(view.nodes())
        .extracting(NodeView::id)
        .containsExactly("reserve", "charge", "review", "ship");
    assertThat(view.nodes())
        .extracting(NodeView::status)
        .containsExactly(
            NodeStatus.COMPLETED, NodeStatus.COMPLETED, NodeStatus.SKIPPED, NodeStatus.COMPLETED);
    assertThat(view.nodes().get(2).skipReason()).isEqualTo("not taken");
    NodeView reserve = view.nodes().getFirst();
    assertThat(reserve.type()).isEqualTo("task");
    assertThat(reserve.input()).hasToString("{\"for\":\"reserve\"}");
    assertThat(reserve.output()).hasToString("{\"of\":\"reserve\",\"n\":3.0}");
    assertThat(reserve.attempts())
        .extracting(AttemptView::status)
        .containsExactly(AttemptStatus.FAILED, AttemptStatus.LOST, AttemptStatus.COMPLETED);
    assertThat(reserve.attempts().get(1).startedAt()).isEqualTo(ReadScenario.RETRY_AT);
    assertThat(reserve.attempts().getFirst().error())
        .hasToString("{\"code\":\"http.503\",\"message\":\"busy\"}");
  }

  @Test
  void a_failed_execution_shows_its_error_and_what_was_not_reached() {
    ExecutionView view = get(cast.failed());

    assertThat(view.status()).isEqualTo(ExecutionStatus.FAILED);
    assertThat(view.error()).hasToString("{\"code\":\"card.declined\",\"message\":\"No money\"}");
    assertThat(view.nodes())
        .extracting(NodeView::status)
        .containsExactly(
            NodeStatus.COMPLETED, NodeStatus.FAILED, NodeStatus.PENDING, NodeStatus.PENDING);
    assertThat(view.nodes().get(1).attempts().getFirst().error()).isNotNull();
  }

  @Test
  void what_was_active_at_the_end_is_cancelled() {
    assertThat(get(cast.cancelled()).nodes().getFirst().status()).isEqualTo(NodeStatus.CANCELLED);
    assertThat(get(cast.timedOut()).status()).isEqualTo(ExecutionStatus.TIMED_OUT);
    assertThat(get(cast.timedOut()).nodes().getFirst().attempts().getFirst().status())
        .isEqualTo(AttemptStatus.CANCELLED);
  }

  @Test
  void an_answer_carries_a_position_of_the_log() {
    LogToken token = LogToken.parse(get(cast.running()).asOfPosition());

    assertThat(token.positions()).hasSize(1);
    assertThat(side.log().holds(token.positions().getFirst())).isTrue();
    assertThat(LogToken.parse(find(null, List.of(), null, 10).asOfPosition()))
        .isEqualTo(side.log().tail());
  }

  @Test
  void nothing_of_another_tenant_is_shown() {
    var other = new GetExecution(TenantId.DEFAULT, new ExecutionId(cast.others()));

    assertThat(executions.get(other)).isNull();
    assertThat(find(null, List.of(), null, 100).items())
        .extracting(ExecutionSummary::executionId)
        .doesNotContain(cast.others())
        .hasSize(5);
    assertThat(executions.get(new GetExecution(ReadScenario.OTHER, other.executionId())))
        .isNotNull();
  }

  @Test
  void executions_are_found_by_what_they_are() {
    assertThat(found(ExecutionStatus.RUNNING, List.of(), null)).containsExactly(cast.running());
    assertThat(found(ExecutionStatus.COMPLETED, List.of(), null)).containsExactly(cast.completed());
    assertThat(found(null, List.of(new LabelFilter("region", "us")), null))
        .containsExactly(cast.failed());
    assertThat(found(null, List.of(new LabelFilter("urgent", null)), null))
        .containsExactly(cast.failed());
    assertThat(found(null, List.of(), "key-2")).containsExactly(cast.timedOut());
    assertThat(found(null, List.of(), "none")).isEmpty();
  }

  @Test
  void pages_show_everything_once_newest_first() {
    var seen = new ArrayList<UUID>();
    ExecutionId after = null;
    Page<ExecutionSummary> page;
    do {
      page = find(null, List.of(), after, 2);
      page.items().forEach(item -> seen.add(item.executionId()));
      after = page.next() == null ? null : ExecutionId.parse(page.next());
    } while (after != null);

    assertThat(seen).hasSize(5).doesNotHaveDuplicates();
    assertThat(seen).isSortedAccordingTo((a, b) -> b.toString().compareTo(a.toString()));
  }

  @Test
  void definitions_are_shown_with_their_versions() {
    Page<DefinitionSummary> page =
        definitions.find(new FindDefinitions(TenantId.DEFAULT, null, 10));
    DefinitionView view =
        requireNonNull(
            definitions.get(new GetDefinition(TenantId.DEFAULT, ReadScenario.DEFINITION)));
    DefinitionVersionView version =
        requireNonNull(
            definitions.get(
                new GetDefinitionVersion(TenantId.DEFAULT, ReadScenario.DEFINITION, 1)));

    assertThat(page.items()).extracting(DefinitionSummary::version).containsExactly(2);
    assertThat(view.versions()).extracting(DefinitionSummary::version).containsExactly(2, 1);
    assertThat(view.source()).startsWith("# as posted\n");
    assertThat(version.nodes())
        .extracting(DefinitionVersionView.GraphNode::id)
        .containsExactly("reserve", "charge");
    assertThat(version.edges()).hasSize(1);
    assertThat(definitions.get(new GetDefinitionVersion(ReadScenario.OTHER, "order", 2))).isNull();
  }

  @Test
  void statistics_count_every_end_once() {
    List<DefinitionStatistics> statistics =
        new StatisticsQueries(side.readModel())
            .ofDefinition(TenantId.DEFAULT, ReadScenario.DEFINITION);

    assertThat(statistics).hasSize(1);
    DefinitionStatistics.Counts total = statistics.getFirst().total();
    assertThat(total.started()).isEqualTo(5);
    assertThat(total.completed()).isEqualTo(1);
    assertThat(total.failed()).isEqualTo(1);
    assertThat(total.cancelled()).isEqualTo(1);
    assertThat(total.timedOut()).isEqualTo(1);
    assertThat(total.ended()).isEqualTo(4);
  }

  @Test
  void projections_are_listed_per_partition_without_lag() {
    List<ProjectionView> views =
        new ProjectionQueries(side.readModel(), processor -> "running").list();

    assertThat(views)
        .extracting(view -> view.name() + "/" + view.partition())
        .containsExactly(
            "definition/0",
            "definition/1",
            "execution/0",
            "execution/1",
            "statistics/0",
            "statistics/1");
    assertThat(views).extracting(ProjectionView::lagEvents).containsOnly(0L);
    assertThat(views).extracting(ProjectionView::lagMillis).containsOnly(0L);
  }

  private ExecutionView get(UUID id) {
    return requireNonNull(executions.get(new GetExecution(TenantId.DEFAULT, new ExecutionId(id))));
  }

  private List<UUID> found(
      @Nullable ExecutionStatus status, List<LabelFilter> labels, @Nullable String key) {
    var query = new FindExecutions(TenantId.DEFAULT, status, "order", key, labels, null, null, 100);
    return executions.find(query).items().stream().map(ExecutionSummary::executionId).toList();
  }

  private Page<ExecutionSummary> find(
      @Nullable ExecutionStatus status,
      List<LabelFilter> labels,
      @Nullable ExecutionId after,
      int limit) {
    return executions.find(
        new FindExecutions(TenantId.DEFAULT, status, null, null, labels, null, after, limit));
  }
}
