package dev.varve.testkit.projection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.query.projection.Projection;
import dev.varve.query.projection.ProjectionProgress;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every projection keeps, with one partition and with several: a rebuild gives the rows of the
 * live run, events that come again change nothing, a reset touches nothing of others.
 */
public abstract class ProjectionContract {
  private static final int LIVE_EVENTS = 3;
  private static final int REBUILD_EVENTS = 512;

  private static final List<String> ALL_TABLES =
      List.of(
          "definition_version",
          "definition_node",
          "definition_edge",
          "execution",
          "execution_node",
          "execution_attempt",
          "execution_statistics",
          "execution_statistics_open");

  /** Returns the projection under test. */
  protected abstract Projection projection(DataSource dataSource, ProjectionProgress progress);

  /** Returns the tables it owns. */
  protected abstract List<String> tables();

  private static void play(ReadSide side) {
    var scenario = new ReadScenario(side);
    scenario.play();
    scenario.repair();
    scenario.pause();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void a_rebuild_with_another_batch_size_gives_the_rows_of_the_live_run(int partitions)
      throws SQLException {
    try (ReadSide side = ReadSide.open(partitions)) {
      Projection projection = side.follow(this::projection, LIVE_EVENTS);
      play(side);
      side.awaitCaughtUp(projection);
      Map<String, List<String>> live = side.rows(tables());

      side.empty(projection);
      Map<String, List<String>> emptied = side.rows(tables());
      side.followAgain(projection, REBUILD_EVENTS);
      side.awaitCaughtUp(projection);

      assertThat(emptied.values()).allSatisfy(rows -> assertThat(rows).isEmpty());
      assertThat(live.values().stream().mapToInt(List::size).sum()).isPositive();
      assertThat(side.rows(tables())).isEqualTo(live);
    }
  }

  @Test
  void the_rows_do_not_depend_on_how_events_are_cut_into_batches() throws SQLException {
    try (ReadSide side = ReadSide.open(1)) {
      Projection projection = side.follow(this::projection, 1);
      play(side);
      side.awaitCaughtUp(projection);
      Map<String, List<String>> oneByOne = side.rows(tables());

      for (int batch : new int[] {2, 4, 7}) {
        side.empty(projection);
        side.followAgain(projection, batch);
        side.awaitCaughtUp(projection);

        assertThat(side.rows(tables())).as("batches of " + batch).isEqualTo(oneByOne);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void events_that_come_again_change_nothing(int partitions) throws SQLException {
    try (ReadSide side = ReadSide.open(partitions)) {
      Projection projection = side.follow(this::projection, LIVE_EVENTS);
      play(side);
      side.awaitCaughtUp(projection);
      Map<String, List<String>> once = side.rows(tables());

      side.rewind(projection);
      side.followAgain(projection, LIVE_EVENTS + 2);
      side.awaitCaughtUp(projection);

      assertThat(side.rows(tables())).isEqualTo(once);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = 1)
  void a_running_projection_is_built_again_in_place(int partitions) throws SQLException {
    try (ReadSide side = ReadSide.open(partitions)) {
      Projection projection = side.follow(this::projection, LIVE_EVENTS);
      play(side);
      side.awaitCaughtUp(projection);
      Map<String, List<String>> live = side.rows(tables());

      side.rebuild(projection);
      side.awaitCaughtUp(projection);

      assertThat(side.rows(tables())).isEqualTo(live);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = 1)
  void a_reset_touches_nothing_of_others(int partitions) throws SQLException {
    try (ReadSide side = ReadSide.open(partitions)) {
      var all = new ArrayList<Projection>();
      all.add(side.follow(dev.varve.query.definition.DefinitionProjection::new, LIVE_EVENTS));
      all.add(side.follow(dev.varve.query.execution.ExecutionProjection::new, LIVE_EVENTS));
      all.add(side.follow(dev.varve.query.statistics.StatisticsProjection::new, LIVE_EVENTS));
      play(side);
      all.forEach(side::awaitCaughtUp);
      var others = new ArrayList<>(ALL_TABLES);
      others.removeAll(tables());
      Map<String, List<String>> before = side.rows(others);

      String own = projection(side.dataSource(), side.progress()).name();
      side.empty(all.stream().filter(each -> each.name().equals(own)).findFirst().orElseThrow());

      assertThat(side.rows(others)).isEqualTo(before);
      assertThat(side.rows(tables()).values()).allSatisfy(rows -> assertThat(rows).isEmpty());
    }
  }
}
