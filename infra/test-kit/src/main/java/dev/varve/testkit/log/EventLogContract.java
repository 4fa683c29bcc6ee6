package dev.varve.testkit.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.log.AppendException;
import dev.varve.api.log.Committed;
import dev.varve.api.log.LogPosition;
import dev.varve.eventstore.AppendUnit;
import dev.varve.eventstore.EventLogSettings;
import dev.varve.eventstore.EventType;
import dev.varve.eventstore.EventTypes;
import dev.varve.eventstore.FeedReader;
import dev.varve.eventstore.NewEvent;
import dev.varve.eventstore.StoredEvent;
import dev.varve.eventstore.Upcaster;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Appending and reading. */
public abstract class EventLogContract extends LogContract {
  /** Runs on a testbed. */
  protected EventLogContract(LogTestbed bed) {
    super(bed);
  }

  @Test
  void what_was_appended_reads_back_equal_by_stream_by_position_and_from_the_feed()
      throws Exception {
    UUID stream = stream();
    AppendUnit unit = TestUnit.of(stream, 0).command(1).command(3).unit();
    int partition = unit.partition();
    List<Committed> committed = append(unit);

    List<StoredEvent> byStream = node.log().readStream(stream, 0, 10);
    assertThat(byStream).hasSize(4);
    for (int i = 0; i < 4; i++) {
      NewEvent sent = unit.events().get(i);
      StoredEvent stored = byStream.get(i);
      assertThat(stored.position().position()).isEqualTo(i + 1L);
      assertThat(stored.eventId()).isEqualTo(sent.eventId());
      assertThat(stored.sequence()).isEqualTo(i);
      assertThat(stored.payload()).isEqualTo(sent.payload());
      assertThat(stored.type()).isEqualTo("execution.node-completed");
      assertThat(stored.streamType()).isEqualTo("execution");
      assertThat(stored.revision()).isEqualTo(1);
      assertThat(stored.node()).isEqualTo("node-a");
      assertThat(stored.metadata()).isEqualTo(unit.commits().get(i == 0 ? 0 : 1).metadata());
    }
    assertThat(node.log().readPartition(partition, 0, 10)).isEqualTo(byStream);
    try (FeedReader feed = node.log().openFeed(partition, 0)) {
      assertThat(take(feed, 4)).isEqualTo(byStream);
      assertThat(feed.next(10, Duration.ZERO)).isEmpty();
    }
    assertThat(committed)
        .extracting(Committed::position)
        .containsExactly(byStream.get(0).position(), byStream.get(3).position());
    assertThat(unit.commits()).extracting(commit -> commit.committed()).isEqualTo(committed);
    assertThat(node.log().tail(partition)).isEqualTo(byStream.get(3).position());
    assertThat(node.log().tail().at(partition)).isEqualTo(byStream.get(3).position());
  }

  @Test
  void what_is_acknowledged_is_there_for_everyone() {
    UUID stream = stream();
    for (int i = 0; i < count(20, 500); i++) {
      append(TestUnit.event(stream, i));
      assertThat(
              database.count(
                  "select count(*) from event_store.event where stream_id = '" + stream + "'"))
          .as("events that another connection sees after %s acknowledgements", i + 1)
          .isEqualTo(i + 1L);
    }
  }

  @Test
  void reading_starts_and_stops_where_it_is_told() {
    UUID stream = stream();
    append(TestUnit.of(stream, 0).command(4).command(6).unit());
    int partition = TestUnit.event(stream, 10).partition();
    assertThat(node.log().readStream(stream, 5, 3))
        .extracting(StoredEvent::sequence)
        .containsExactly(5L, 6L, 7L);
    assertThat(node.log().readPartition(partition, 2, 3))
        .extracting(event -> event.position().position())
        .containsExactly(3L, 4L, 5L);
    assertThat(node.log().readPartition(partition, 2, 1).getFirst().metadata())
        .as("metadata of an event whose command began before the page")
        .isEqualTo(node.log().readPartition(partition, 0, 1).getFirst().metadata());
    assertThat(node.log().readPartition(partition, 10, 5)).isEmpty();
    assertThat(node.log().readStream(stream(), 0, 5)).isEmpty();
  }

  @Test
  void a_taken_sequence_is_a_conflict_and_stores_nothing() {
    UUID stream = stream();
    append(TestUnit.of(stream, 0).command(3).unit());
    failure(node.log().append(TestUnit.event(stream, 2)), AppendException.StreamConflict.class);
    failure(
        node.log().append(TestUnit.of(stream, 1).command(4).unit()),
        AppendException.StreamConflict.class);
    assertThat(node.log().readStream(stream, 0, 10)).hasSize(3);
    append(TestUnit.event(stream, 3));
  }

  @Test
  void of_two_writers_of_one_sequence_exactly_one_wins() {
    try (var other = bed.open(database, "node-b")) {
      for (int i = 0; i < count(20, 500); i++) {
        UUID stream = stream();
        append(TestUnit.event(stream, 0));
        CompletableFuture<?> here = node.log().append(TestUnit.event(stream, 1));
        CompletableFuture<?> there = other.log().append(TestUnit.event(stream, 1));
        int lost = 0;
        for (CompletableFuture<?> each : List.of(here, there)) {
          lost += each.handle((done, error) -> error == null ? 0 : 1).join();
        }
        assertThat(lost).isEqualTo(1);
        assertThat(node.log().readStream(stream, 0, 10)).hasSize(2);
      }
    }
  }

  @Test
  void two_units_of_one_stream_follow_each_other_in_one_group() throws Exception {
    UUID stream = stream();
    int partition = TestUnit.event(stream, 0).partition();
    var units = new ArrayList<CompletableFuture<List<Committed>>>();
    try (AutoCloseable held = holdAppends(partition)) {
      assertThat(held).isNotNull();
      units.add(node.log().append(TestUnit.event(node.placement().newStreamId(partition), 0)));
      untilWaiting(1);
      for (int i = 0; i < 10; i++) {
        units.add(node.log().append(TestUnit.event(stream, i)));
      }
    }
    units.forEach(LogContract::await);
    assertThat(node.log().readStream(stream, 0, 20)).hasSize(10);
  }

  @Test
  void the_feed_brings_everything_in_order_to_fast_and_slow_readers() throws Exception {
    UUID stream = stream();
    int partition = TestUnit.event(stream, 0).partition();
    var told = new AtomicInteger();
    int events = count(600, 20_000);
    var small =
        new EventLogSettings.Feed(
            bed.feedFromMemory(), 64, Duration.ofMillis(2), Duration.ofSeconds(1));
    try (var narrow =
            bed.open(database, bed.settings("node-b").with(small), EventTypes.standard());
        FeedReader early = narrow.log().openFeed(partition, 0);
        FeedReader late = narrow.log().openFeed(partition, 0)) {
      early.onAvailable(told::incrementAndGet);
      var futures = new ArrayList<CompletableFuture<List<Committed>>>();
      List<StoredEvent> fast = new ArrayList<>();
      for (int i = 0; i < events; i++) {
        futures.add(narrow.log().append(TestUnit.event(stream, i)));
        fast.addAll(early.next(100, Duration.ZERO));
      }
      futures.forEach(LogContract::await);
      fast.addAll(take(early, events - fast.size()));
      assertThat(fast)
          .extracting(StoredEvent::sequence)
          .isSorted()
          .doesNotHaveDuplicates()
          .hasSize(events);
      assertThat(take(late, events)).isEqualTo(fast);
      assertThat(told.get()).isPositive();
    }
  }

  @Test
  void what_another_node_wrote_reaches_the_feed_of_this_one() throws Exception {
    UUID stream = stream();
    int partition = TestUnit.event(stream, 0).partition();
    try (var other = bed.open(database, "node-b");
        FeedReader feed = node.log().openFeed(partition, 0)) {
      for (int i = 0; i < 20; i++) {
        await((i % 3 == 0 ? node : other).log().append(TestUnit.event(stream, i)));
      }
      List<StoredEvent> events = take(feed, 20);
      assertThat(events).extracting(StoredEvent::sequence).isSorted().hasSize(20);
      assertThat(events).extracting(StoredEvent::node).contains("node-a", "node-b");
      until(
          "this node knows the tail",
          () -> node.log().tail(partition).equals(events.getLast().position()));
    }
  }

  @Test
  void a_reader_that_waits_is_woken() throws Exception {
    UUID stream = stream();
    int partition = TestUnit.event(stream, 0).partition();
    try (FeedReader feed = node.log().openFeed(partition, 0)) {
      var waiting =
          CompletableFuture.supplyAsync(() -> {
            try {
              return feed.next(10, LIMIT);
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          });
      append(TestUnit.event(stream, 0));
      assertThat(await(waiting)).hasSize(1);
    }
  }

  @Test
  void a_position_is_found_by_time_and_checked_by_its_hash() {
    UUID stream = stream();
    int partition = TestUnit.event(stream, 0).partition();
    for (int i = 0; i < 9; i++) {
      append(TestUnit.event(stream, i));
    }
    List<StoredEvent> events = node.log().readPartition(partition, 0, 20);
    for (StoredEvent event : events) {
      LogPosition found = node.log().positionAt(partition, event.recordedAt());
      assertThat(found.position()).isGreaterThanOrEqualTo(event.position().position());
      assertThat(node.log().holds(found)).isTrue();
    }
    LogPosition last = events.getLast().position();
    assertThat(node.log().positionAt(partition, Instant.EPOCH))
        .isEqualTo(LogPosition.start(partition));
    assertThat(node.log().holds(LogPosition.start(partition))).isTrue();
    assertThat(node.log().holds(new LogPosition(partition, last.position(), last.hashPrefix() + 1)))
        .isFalse();
    assertThat(node.log().holds(new LogPosition(partition, last.position() + 1, 7))).isFalse();
  }

  @Test
  void large_payloads_survive_and_too_large_ones_are_refused() {
    UUID stream = stream();
    append(TestUnit.of(stream, 0).text("abc ".repeat(200_000)).command(1).unit());
    AppendUnit stored = TestUnit.of(stream, 1).text("a\0b \u00e9 \ud83d\ude00").command(1).unit();
    append(stored);
    assertThat(node.log().readStream(stream, 1, 1).getFirst().payload())
        .isEqualTo(stored.events().getFirst().payload());
    var refused =
        failure(
            node.log().append(TestUnit.of(stream, 2).text("x".repeat(2_100_000)).command(1).unit()),
            AppendException.Unstorable.class);
    assertThat(refused.code()).isEqualTo("payload.too-large");
    append(TestUnit.event(stream, 2));
  }

  @Test
  void events_of_an_old_revision_are_read_in_the_present_shape() {
    UUID stream = stream();
    append(TestUnit.event(stream, 0));
    var present =
        EventTypes.standard().all().stream()
            .map(t -> t.name().equals("execution.node-completed") ? next(t) : t)
            .toList();
    Upcaster upcaster = new RenamedStep("execution.node-completed");
    try (var newer =
        bed.open(database, bed.settings("node-b"), new EventTypes(present, List.of(upcaster)))) {
      await(newer.log().append(TestUnit.event(stream, 1)));
      List<StoredEvent> events = newer.log().readStream(stream, 0, 10);
      assertThat(events).extracting(StoredEvent::revision).containsExactly(1, 2);
      assertThat(events.getFirst().payload().toString()).contains("upcast");
      assertThat(events.getLast().payload().toString()).doesNotContain("upcast");
    }
  }

  private static EventType next(EventType type) {
    return new EventType(type.name(), type.streamType(), type.revision() + 1, type.payload());
  }

  private record RenamedStep(String type) implements Upcaster {
    @Override
    public int fromRevision() {
      return 1;
    }

    @Override
    public JsonNode upcast(JsonNode stored) {
      return ((tools.jackson.databind.node.ObjectNode) stored.deepCopy()).put("nodeId", "upcast");
    }
  }

  private static List<StoredEvent> take(FeedReader feed, int count) throws InterruptedException {
    var events = new ArrayList<StoredEvent>();
    while (events.size() < count) {
      List<StoredEvent> next = feed.next(500, LIMIT);
      assertThat(next).as("events after %s of %s", events.size(), count).isNotEmpty();
      events.addAll(next);
    }
    return events;
  }
}
