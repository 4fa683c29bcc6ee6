package dev.varve.testkit.replay;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.TenantId;
import dev.varve.api.execution.ExecutionQuery.GetExecution;
import dev.varve.api.log.LogToken;
import dev.varve.eventstore.EventTypes;
import dev.varve.eventstore.StoredEvent;
import dev.varve.query.definition.DefinitionProjection;
import dev.varve.query.execution.ExecutionProjection;
import dev.varve.query.execution.ExecutionQueries;
import dev.varve.query.projection.Projection;
import dev.varve.replay.EventItems;
import dev.varve.replay.Moment;
import dev.varve.replay.StateDiff;
import dev.varve.replay.TimeTravel;
import dev.varve.testkit.fold.IndependentFold;
import dev.varve.testkit.projection.ReadScenario;
import dev.varve.testkit.projection.ReadSide;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TimeTravelIT {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final List<String> NODES = List.of("reserve", "charge", "review", "ship");

  private final EventItems items = new EventItems(EventTypes.standard());
  private ReadSide side;
  private ReadScenario.Cast cast;
  private ReadScenario.Paused paused;
  private UUID repaired;
  private ExecutionQueries executions;
  private TimeTravel past;

  @BeforeAll
  void play() throws SQLException {
    side = ReadSide.open(2);
    List<Projection> projections =
        List.of(
            side.follow(DefinitionProjection::new, 100),
            side.follow(ExecutionProjection::new, 100));
    var scenario = new ReadScenario(side);
    cast = scenario.play();
    repaired = scenario.repair();
    paused = scenario.pause();
    projections.forEach(side::awaitCaughtUp);
    executions = new ExecutionQueries(side.readModel());
    past = new TimeTravel(side.log(), executions);
  }

  @AfterAll
  void stop() {
    side.close();
  }

  private List<UUID> ours() {
    return List.of(
        cast.completed(),
        cast.failed(),
        cast.cancelled(),
        cast.timedOut(),
        cast.running(),
        repaired,
        paused.completed(),
        paused.repaired(),
        paused.suspended());
  }

  private TimeTravel.State at(UUID execution, Moment moment) {
    return requireNonNull(past.at(TenantId.DEFAULT, new ExecutionId(execution), moment));
  }

  @Test
  void the_state_after_each_event_equals_an_independent_fold_of_the_events_so_far() {
    for (UUID execution : ours()) {
      List<StoredEvent> events = side.log().readStream(execution, 0, 100);
      assertThat(events).isNotEmpty();
      for (int last = 0; last < events.size(); last++) {
        List<ObjectNode> prefix =
            events.subList(0, last + 1).stream()
                .map(event -> items.inHistory(event, true))
                .toList();
        TimeTravel.State state = at(execution, new Moment.After(last));

        assertThat(state.sequence()).isEqualTo(last);
        assertThat(state.view().asOfPosition())
            .isEqualTo(LogToken.of(events.get(last).position()).toToken());
        assertThat(
                IndependentFold.differences(
                    IndependentFold.fold(prefix, NODES), JSON.valueToTree(state.view())))
            .as("%s after event %d", execution, last)
            .isEmpty();
      }
    }
  }

  @Test
  void the_latest_state_is_what_the_read_model_shows() {
    for (UUID execution : ours()) {
      ObjectNode shown =
          JSON.valueToTree(
              executions.get(new GetExecution(TenantId.DEFAULT, new ExecutionId(execution))));
      ObjectNode folded = JSON.valueToTree(at(execution, new Moment.Latest()).view());

      assertThat(folded.without("asOfPosition").equals(shown.without("asOfPosition")))
          .as("%s\n%s", shown, folded)
          .isTrue();
    }
  }

  @Test
  void an_instant_shows_the_last_event_recorded_until_then() {
    List<StoredEvent> events = side.log().readStream(cast.completed(), 0, 100);
    StoredEvent third = events.get(3);
    long expected =
        events.stream()
            .filter(event -> !event.recordedAt().isAfter(third.recordedAt()))
            .mapToLong(StoredEvent::sequence)
            .max()
            .orElseThrow();

    assertThat(at(cast.completed(), new Moment.At(third.recordedAt())).sequence())
        .isEqualTo(expected);
    assertThat(
            past.at(
                TenantId.DEFAULT,
                new ExecutionId(cast.completed()),
                new Moment.At(events.getFirst().recordedAt().minusSeconds(1))))
        .isNull();
  }

  @Test
  void what_is_not_there_is_not_shown() {
    var completed = new ExecutionId(cast.completed());

    assertThat(past.at(ReadScenario.OTHER, completed, new Moment.Latest())).isNull();
    assertThat(past.at(TenantId.DEFAULT, new ExecutionId(UUID.randomUUID()), new Moment.Latest()))
        .isNull();
    assertThatThrownBy(() -> past.at(TenantId.DEFAULT, completed, new Moment.After(7)))
        .isInstanceOf(TimeTravel.NoSuchMoment.class)
        .hasMessage("Expected the sequence of an event, 0 to 6");
  }

  @Test
  void a_diff_names_what_one_event_changed() {
    JsonNode before = JSON.valueToTree(at(cast.completed(), new Moment.After(2)).view());
    JsonNode after = JSON.valueToTree(at(cast.completed(), new Moment.After(3)).view());

    List<String> pointers =
        StateDiff.between(before, after)
            .valueStream()
            .map(change -> change.path("pointer").asString())
            .toList();

    assertThat(pointers)
        .contains(
            "/nodes/reserve/status",
            "/nodes/reserve/output",
            "/nodes/reserve/attempts/3/status",
            "/nodes/charge/status",
            "/nodes/charge/attempts/1",
            "/nodes/review/skipReason")
        .noneMatch(pointer -> pointer.startsWith("/nodes/ship"))
        .doesNotContain("/asOfPosition", "/status");
    assertThat(StateDiff.between(after, after)).isEmpty();
  }
}
