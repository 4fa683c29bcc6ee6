package dev.varve.testkit.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.common.TenantId;
import dev.varve.api.log.AppendException;
import dev.varve.api.log.Committed;
import dev.varve.eventstore.AppendUnit;
import dev.varve.eventstore.EventLogSettings;
import dev.varve.eventstore.EventTypes;
import dev.varve.eventstore.Receipt;
import dev.varve.eventstore.SnapshotStore.Snapshot;
import dev.varve.eventstore.postgres.PostgresSnapshots;
import dev.varve.eventstore.postgres.ReceiptRetention;
import dev.varve.testkit.fault.Reported;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Receipts, unique keys, and one outcome per unit. */
public abstract class EventLogConditionsContract extends LogContract {
  private static final int GROUP = 64;

  /** Runs on a testbed. */
  protected EventLogConditionsContract(LogTestbed bed) {
    super(bed);
  }

  @Test
  void a_repeated_command_gets_the_first_answer() {
    UUID stream = streamFor("cmd-1");
    List<Committed> first =
        append(TestUnit.of(stream, 0).receipt("cmd-1", "hash").answer("a").command(2).unit());
    AppendUnit repeat =
        TestUnit.of(streamFor("cmd-1"), 0).receipt("cmd-1", "hash").answer("b").command(1).unit();
    var duplicate = failure(node.log().append(repeat), AppendException.DuplicateCommand.class);
    assertThat(duplicate.commandId()).isEqualTo(repeat.commits().getFirst().metadata().commandId());
    assertThat(duplicate.first().replayed()).isTrue();
    assertThat(duplicate.first().answer()).isEqualTo(first.getFirst().answer());
    assertThat(duplicate.first().position()).isEqualTo(first.getFirst().position());
    Receipt receipt = node.log().findReceipt(repeat.partition(), TenantId.DEFAULT, "cmd-1");
    assertThat(receipt).isEqualTo(new Receipt("hash", duplicate.first()));
    assertThat(node.log().findReceipt(repeat.partition(), new TenantId("other"), "cmd-1")).isNull();
    assertThat(database.count("select count(*) from event_store.event")).isEqualTo(2);
  }

  @Test
  void a_command_id_with_another_body_is_refused() {
    append(TestUnit.of(streamFor("cmd-1"), 0).receipt("cmd-1", "hash").command(1).unit());
    failure(
        node.log()
            .append(TestUnit.of(streamFor("cmd-1"), 0).receipt("cmd-1", "other").command(1).unit()),
        AppendException.CommandIdReused.class);
    append(
        TestUnit.of(streamFor("cmd-1"), 0)
            .tenant("other")
            .receipt("cmd-1", "other")
            .command(1)
            .unit());
  }

  @Test
  void two_commands_of_one_unit_cannot_carry_the_same_id() {
    AppendUnit unit =
        TestUnit.of(streamFor("twice"), 0)
            .receipt("twice", "hash")
            .command(1)
            .receipt("twice", "hash")
            .command(1)
            .unit();
    var refused = failure(node.log().append(unit), AppendException.Unstorable.class);
    assertThat(refused.code()).isEqualTo("receipt.twice-in-unit");
  }

  @Reported(id = "A06")
  @Test
  void of_concurrent_repeats_one_is_committed_and_all_get_its_answer() {
    try (var other = bed.open(database, "node-b")) {
      for (int round = 0; round < count(5, 100); round++) {
        String key = "cmd-" + round;
        var appends = new ArrayList<CompletableFuture<List<Committed>>>();
        for (int i = 0; i < 16; i++) {
          AppendUnit unit =
              TestUnit.of(streamFor(key), 0)
                  .receipt(key, "hash")
                  .answer("answer " + i)
                  .command(1)
                  .unit();
          appends.add((i % 2 == 0 ? node : other).log().append(unit));
        }
        var answers = new ArrayList<Committed>();
        int committed = 0;
        for (CompletableFuture<List<Committed>> append : appends) {
          if (append.handle((done, error) -> error == null).join()) {
            answers.add(append.join().getFirst());
            committed++;
          } else {
            answers.add(failure(append, AppendException.DuplicateCommand.class).first());
          }
        }
        assertThat(committed).isEqualTo(1);
        assertThat(answers).extracting(Committed::answer).containsOnly(answers.getFirst().answer());
        assertThat(answers)
            .extracting(Committed::position)
            .containsOnly(answers.getFirst().position());
        assertThat(database.count("select count(*) from event_store.event")).isEqualTo(round + 1L);
      }
    }
  }

  @Test
  void a_command_without_events_leaves_a_receipt_at_the_tail() {
    UUID stream = streamFor("cmd-2");
    Committed before = append(TestUnit.event(stream, 0)).getFirst();
    Committed empty =
        append(TestUnit.of(stream, 1).receipt("cmd-2", "h").answer("x").command(0).unit())
            .getFirst();
    assertThat(empty.position()).isEqualTo(before.position());
    var duplicate =
        failure(
            node.log().append(TestUnit.of(stream, 1).receipt("cmd-2", "h").command(0).unit()),
            AppendException.DuplicateCommand.class);
    assertThat(duplicate.first().answer()).isEqualTo(empty.answer());
    append(TestUnit.of(stream, 1).receipt("cmd-3", "h").command(0).command(1).unit());
  }

  @Test
  void old_receipts_are_forgotten_and_young_ones_are_not() throws SQLException {
    append(TestUnit.of(streamFor("old"), 0).receipt("old", "h").command(1).unit());
    append(TestUnit.of(streamFor("young"), 0).receipt("young", "h").command(1).unit());
    database.run(
        "update event_store.receipt set recorded_at = now() - interval '8 days' where key = 'old'");
    assertThat(new ReceiptRetention(database.pool(), ReceiptRetention.DEFAULT).run()).isEqualTo(1);
    assertThat(database.text("select string_agg(key, ',') from event_store.receipt"))
        .isEqualTo("young");
  }

  @Test
  void a_key_belongs_to_one_stream_until_it_is_released() {
    UUID owner = streamFor("k");
    UUID other = streamFor("k");
    append(TestUnit.of(owner, 0).acquire("k").command(1).unit());
    assertThat(node.log().findKeyOwner(TenantId.DEFAULT, "test", "k")).isEqualTo(owner);
    assertThat(node.log().findKeyOwner(TenantId.DEFAULT, "else", "k")).isNull();
    var taken =
        failure(
            node.log().append(TestUnit.of(other, 0).acquire("k").command(1).unit()),
            AppendException.KeyTaken.class);
    assertThat(taken.owner()).isEqualTo(owner);
    assertThat(taken.key().key()).isEqualTo("k");
    append(TestUnit.of(owner, 1).acquire("k").command(1).unit());
    append(TestUnit.of(other, 0).release("k").command(1).unit());
    assertThat(node.log().findKeyOwner(TenantId.DEFAULT, "test", "k"))
        .as("only the owner can release a key")
        .isEqualTo(owner);
    append(TestUnit.of(owner, 2).release("k").command(1).unit());
    assertThat(node.log().findKeyOwner(TenantId.DEFAULT, "test", "k")).isNull();
    append(TestUnit.of(other, 1).acquire("k").command(1).unit());
    assertThat(node.log().findKeyOwner(TenantId.DEFAULT, "test", "k")).isEqualTo(other);
  }

  @Test
  void keys_that_change_hands_inside_one_group_end_with_the_last_owner() throws Exception {
    int partition = node.placement().forKey(TenantId.DEFAULT, "k");
    UUID first = streamFor("k");
    UUID second = streamFor("k");
    UUID third = streamFor("k");
    var futures = new ArrayList<CompletableFuture<List<Committed>>>();
    try (AutoCloseable held = holdAppends(partition)) {
      assertThat(held).isNotNull();
      futures.add(node.log().append(TestUnit.event(streamFor("k"), 0)));
      untilWaiting(1);
      futures.add(node.log().append(TestUnit.of(first, 0).acquire("k").command(1).unit()));
      futures.add(node.log().append(TestUnit.of(first, 1).release("k").command(1).unit()));
      futures.add(node.log().append(TestUnit.of(second, 0).acquire("k").command(1).unit()));
      futures.add(node.log().append(TestUnit.of(third, 0).acquire("k").command(1).unit()));
    }
    AppendException.KeyTaken taken = failure(futures.removeLast(), AppendException.KeyTaken.class);
    futures.forEach(LogContract::await);
    assertThat(taken.owner()).isEqualTo(second);
    assertThat(node.log().findKeyOwner(TenantId.DEFAULT, "test", "k")).isEqualTo(second);
  }

  @Reported(id = "A12")
  @Test
  void one_bad_command_of_a_group_fails_alone_wherever_it_stands() throws Exception {
    int partition = node.placement().any();
    UUID taken = node.placement().newStreamId(partition);
    append(TestUnit.of(taken, 0).receipt("used", "hash").acquire("mine").command(1).unit());
    int kinds = count(1, Bad.values().length);
    long before = database.count("select count(*) from event_store.event");
    for (int place = 0; place < GROUP; place++) {
      for (int k = 0; k < kinds; k++) {
        Bad bad = Bad.values()[(place + k) % Bad.values().length];
        var group = new ArrayList<CompletableFuture<List<Committed>>>();
        try (AutoCloseable held = holdAppends(partition)) {
          assertThat(held).isNotNull();
          group.add(node.log().append(TestUnit.event(node.placement().newStreamId(partition), 0)));
          untilWaiting(1);
          for (int i = 0; i < GROUP; i++) {
            UUID fresh = node.placement().newStreamId(partition);
            group.add(
                node.log().append(i == place ? bad.unit(taken, fresh) : TestUnit.event(fresh, 0)));
          }
        }
        assertThat(failure(group.remove(place + 1)))
            .as("%s at %s", bad, place)
            .isInstanceOf(bad.failure);
        group.forEach(LogContract::await);
        before += GROUP;
        assertThat(database.count("select count(*) from event_store.event")).isEqualTo(before);
      }
    }
  }

  private enum Bad {
    SEQUENCE(AppendException.StreamConflict.class),
    KEY(AppendException.KeyTaken.class),
    REPEAT(AppendException.DuplicateCommand.class),
    REUSE(AppendException.CommandIdReused.class),
    NUL(AppendException.Unstorable.class),
    SIZE(AppendException.Unstorable.class);

    private final Class<? extends AppendException> failure;

    Bad(Class<? extends AppendException> failure) {
      this.failure = failure;
    }

    AppendUnit unit(UUID taken, UUID fresh) {
      return switch (this) {
        case SEQUENCE -> TestUnit.event(taken, 0);
        case KEY -> TestUnit.of(fresh, 0).acquire("mine").command(1).unit();
        case REPEAT -> TestUnit.of(fresh, 0).receipt("used", "hash").command(1).unit();
        case REUSE -> TestUnit.of(fresh, 0).receipt("used", "other").command(1).unit();
        case NUL -> TestUnit.of(fresh, 0).receipt("a\0b", "hash").command(1).unit();
        case SIZE -> TestUnit.of(fresh, 0).acquire("k".repeat(3_000)).command(1).unit();
      };
    }
  }

  @Test
  void more_than_the_queue_holds_is_refused_and_nothing_else_is() throws Exception {
    int partition = node.placement().any();
    var narrow =
        bed.settings("node-b").with(new EventLogSettings.Group(1_024, 1 << 20, 4, 1 << 20));
    try (var small = bed.open(database, narrow, EventTypes.standard())) {
      var futures = new ArrayList<CompletableFuture<List<Committed>>>();
      try (AutoCloseable held = holdAppends(partition)) {
        assertThat(held).isNotNull();
        futures.add(small.log().append(TestUnit.event(node.placement().newStreamId(partition), 0)));
        untilWaiting(1);
        IntStream.range(0, 4)
            .forEach(i ->
                futures.add(
                    small
                        .log()
                        .append(TestUnit.event(node.placement().newStreamId(partition), 0))));
        var refused =
            failure(
                small.log().append(TestUnit.event(node.placement().newStreamId(partition), 0)),
                AppendException.Unavailable.class);
        assertThat(refused.code()).isEqualTo("server.overloaded");
      }
      futures.forEach(LogContract::await);
    }
  }

  @Test
  void a_snapshot_is_found_again_and_ignored_in_another_revision() {
    var snapshots = new PostgresSnapshots(database.pool());
    UUID stream = stream();
    assertThat(snapshots.find(stream, 1)).isNull();
    snapshots.save(TenantId.DEFAULT, snapshot(stream, 10, 1, "ten"));
    snapshots.save(TenantId.DEFAULT, snapshot(stream, 5, 1, "five"));
    assertThat(snapshots.find(stream, 1))
        .satisfies(found -> {
          assertThat(found.sequence()).isEqualTo(10);
          assertThat(found.payload()).isEqualTo("ten".getBytes(StandardCharsets.UTF_8));
        });
    assertThat(snapshots.find(stream, 2)).isNull();
    snapshots.save(TenantId.DEFAULT, snapshot(stream, 7, 2, "seven"));
    assertThat(snapshots.find(stream, 2)).extracting(Snapshot::sequence).isEqualTo(7L);
    assertThat(snapshots.find(stream, 1)).isNull();
  }

  private static Snapshot snapshot(UUID stream, long sequence, int revision, String text) {
    return new Snapshot(stream, sequence, revision, text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void a_closed_log_refuses() {
    UUID stream = stream();
    try (var other = bed.open(database, "node-b")) {
      other.log().close();
      assertThat(
              failure(
                      other.log().append(TestUnit.event(stream, 0)),
                      AppendException.Unavailable.class)
                  .code())
          .isEqualTo("store.closed");
    }
  }
}
