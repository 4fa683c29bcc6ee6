package dev.varve.testkit.replay;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.TenantId;
import dev.varve.api.execution.ExecutionEvent.ExecutionCancelled;
import dev.varve.api.log.LogPosition;
import dev.varve.api.log.LogToken;
import dev.varve.eventstore.EventTypes;
import dev.varve.eventstore.StoredEvent;
import dev.varve.replay.EventItems;
import dev.varve.replay.ExecutionWaiter;
import dev.varve.replay.GlobalFeed;
import dev.varve.replay.History;
import dev.varve.testkit.projection.ReadScenario;
import dev.varve.testkit.projection.ReadSide;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReadingEventsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private ReadSide side;
  private ReadScenario scenario;
  private ReadScenario.Cast cast;
  private History history;
  private GlobalFeed feed;

  @BeforeAll
  void play() throws SQLException {
    side = ReadSide.open(3);
    scenario = new ReadScenario(side);
    cast = scenario.play();
    history = new History(side.log());
    feed = new GlobalFeed(side.log());
  }

  @AfterAll
  void stop() {
    side.close();
  }

  @Test
  void a_history_is_read_in_pages_both_ways() {
    List<Long> upwards = sequences(false, 2);
    List<Long> downwards = sequences(true, 4);

    assertThat(upwards).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L);
    assertThat(downwards).containsExactly(6L, 5L, 4L, 3L, 2L, 1L, 0L);
  }

  @Test
  void a_history_of_another_tenant_is_not_there() {
    assertThat(page(ReadScenario.OTHER, cast.completed())).isNull();
    assertThat(page(TenantId.DEFAULT, UUID.randomUUID())).isNull();
  }

  @Test
  void the_feed_shows_every_event_of_the_tenant_once_in_the_order_of_its_stream() {
    List<StoredEvent> seen = walk(2, Set.of());

    assertThat(seen).extracting(StoredEvent::eventId).doesNotHaveDuplicates();
    assertThat(seen).extracting(StoredEvent::tenant).containsOnly(TenantId.DEFAULT);
    assertThat(
            seen.stream()
                .filter(event -> event.streamId().equals(cast.completed()))
                .map(StoredEvent::sequence))
        .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L);
    assertThat(seen).extracting(StoredEvent::type).contains("definition.version-published");
  }

  @Test
  void the_feed_shows_only_the_types_asked_for() {
    assertThat(walk(1, Set.of("execution.started")))
        .extracting(StoredEvent::type)
        .containsOnly("execution.started")
        .hasSizeGreaterThanOrEqualTo(5);
  }

  @Test
  void a_place_that_is_not_in_the_log_is_noticed() {
    LogToken tail = side.log().tail();
    LogPosition last = tail.positions().getFirst();
    var beyond = new LogPosition(last.partition(), last.position() + 5, last.hashPrefix());
    var altered = new LogPosition(last.partition(), last.position(), last.hashPrefix() + 1);

    assertThat(feed.holds(tail)).isTrue();
    assertThat(feed.holds(LogToken.START)).isTrue();
    assertThat(feed.holds(LogToken.of(beyond))).isFalse();
    assertThat(feed.holds(LogToken.of(altered))).isFalse();
    assertThat(feed.holds(LogToken.of(new LogPosition(7, 1, 1)))).isFalse();
  }

  @Test
  void events_are_shown_with_their_stored_json() {
    var items = new EventItems(EventTypes.standard());
    History.Slice slice = requireNonNull(page(TenantId.DEFAULT, cast.completed()));

    JsonNode item = items.inHistory(slice.events().get(3), true);

    assertThat(item.path("type").asString()).isEqualTo("execution.node-completed");
    assertThat(item.path("nodeId").asString()).isEqualTo("reserve");
    assertThat(item.path("attempt").asInt()).isEqualTo(3);
    assertThat(item.path("data").path("output")).hasToString("{\"of\":\"reserve\",\"n\":3.0}");
    assertThat(item.path("data").path("skipped").get(0).path("path").asString())
        .isEqualTo("review");
    assertThat(item.path("metadata").path("node").asString()).isEqualTo("test-node");
    assertThat(items.inHistory(slice.events().get(3), false).has("data")).isFalse();
    assertThat(items.inFeed(slice.events().get(3), true).path("streamId").asString())
        .isEqualTo(cast.completed().toString());
  }

  @Test
  void a_watch_ends_with_the_event_that_ends_the_execution() throws Exception {
    UUID execution = side.placement().newStreamId(0);
    scenario.start(TenantId.DEFAULT, execution, null, Map.of());
    try (var waiter = new ExecutionWaiter(side.log());
        ExecutionWaiter.Watch watch = waiter.watch(execution);
        ExecutionWaiter.Watch inVain = waiter.watch(cast.running())) {
      scenario.append(execution, List.of(new ExecutionCancelled(null, List.of())));
      LogPosition end = requireNonNull(watch.await(PATIENCE));

      assertThat(side.log().holds(end)).isTrue();
      assertThat(end.partition()).isZero();
      assertThat(inVain.await(Duration.ofMillis(1))).isNull();
    }
  }

  private History.@Nullable Slice page(TenantId tenant, UUID id) {
    return history.page(tenant, new ExecutionId(id), null, 100, false);
  }

  private List<Long> sequences(boolean reverse, int limit) {
    var seen = new ArrayList<Long>();
    Long after = null;
    History.Slice slice;
    do {
      slice =
          requireNonNull(
              history.page(
                  TenantId.DEFAULT, new ExecutionId(cast.completed()), after, limit, reverse));
      slice.events().forEach(event -> seen.add(event.sequence()));
      after = seen.getLast();
    } while (slice.more());
    return seen;
  }

  private List<StoredEvent> walk(int limit, Set<String> types) {
    var seen = new ArrayList<StoredEvent>();
    LogToken at = LogToken.START;
    GlobalFeed.Slice slice;
    do {
      assertThat(feed.holds(at)).isTrue();
      slice = feed.page(TenantId.DEFAULT, at, types, limit);
      assertThat(slice.events()).hasSizeLessThanOrEqualTo(limit);
      seen.addAll(slice.events());
      at = LogToken.parse(slice.next().toToken());
    } while (!slice.events().isEmpty());
    return seen;
  }
}
