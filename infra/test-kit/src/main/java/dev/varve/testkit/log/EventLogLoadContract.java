package dev.varve.testkit.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.log.AppendException;
import dev.varve.eventstore.FeedReader;
import dev.varve.eventstore.StoredEvent;
import dev.varve.testkit.fault.Reported;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * Thirty-two writers with random delays on two nodes, a fifth of what they ask for refused, while
 * naive readers of the table and readers of the feed write down what they see and in which order.
 */
public abstract class EventLogLoadContract extends LogContract {
  private static final int WRITERS = 32;
  private static final long SEED = 20_261_201;

  /** Slows commits down at random, so that a wrong order has time to show. */
  private static final String SLOW_COMMITS =
      """
      create function slow() returns trigger language plpgsql as
        'begin if random() < 0.3 then perform pg_sleep(random() * 0.004); end if; return null; end'
      """;

  /** Runs on a testbed. */
  protected EventLogLoadContract(LogTestbed bed) {
    super(bed);
  }

  @Reported(id = "B01 B03")
  @Test
  void positions_are_dense_and_in_the_order_of_visibility_under_many_writers_on_two_nodes()
      throws Exception {
    database.run(
        SLOW_COMMITS,
        "create trigger slow after insert on event_store.event for each statement execute function slow()");
    var committed = new AtomicInteger();
    var refused = new AtomicInteger();
    var watches = new ArrayList<VisibilityWatch>();
    var feeds = new ArrayList<FeedWatch>();
    UUID taken = stream();
    append(TestUnit.event(taken, 0));
    try (var other = bed.open(database, "node-b")) {
      for (int partition : node.log().partitions()) {
        watches.add(new VisibilityWatch(database, partition));
        feeds.add(new FeedWatch(node, partition));
        feeds.add(new FeedWatch(other, partition));
      }
      var writers = new ArrayList<CompletableFuture<Void>>();
      for (int i = 0; i < WRITERS; i++) {
        var writer =
            new Writer(i % 2 == 0 ? node : other, new Random(SEED + i), taken, committed, refused);
        var done = new CompletableFuture<Void>();
        Thread.ofVirtual()
            .start(() -> {
              try {
                writer.write(count(60, 2_000));
                done.complete(null);
              } catch (Throwable e) {
                done.completeExceptionally(e);
              }
            });
        writers.add(done);
      }
      writers.forEach(CompletableFuture::join);
      watches.forEach(VisibilityWatch::close);
      for (FeedWatch feed : feeds) {
        feed.close();
      }
    } finally {
      feeds.forEach(FeedWatch::stop);
    }
    long total = database.count("select count(*) from event_store.event");
    assertThat(total).isEqualTo(committed.get() + 1L);
    assertThat(refused.get()).as("refused units").isGreaterThan(committed.get() / 20);
    for (String each : List.of("node-a", "node-b")) {
      assertThat(
              database.count(
                  "select count(*) from event_store.event e join event_store.node n on n.id = e.node where n.name = '"
                      + each
                      + "'"))
          .as("events written by %s of %s", each, total)
          .isGreaterThan(total / 5);
    }
  }

  @Test
  void two_busy_nodes_get_their_turns() throws Exception {
    int partition = node.placement().any();
    var stop = new AtomicBoolean();
    int events = count(1_500, 50_000);
    try (var other = bed.open(database, "node-b")) {
      var counts = List.of(new AtomicInteger(), new AtomicInteger());
      var clients = new ArrayList<CompletableFuture<Void>>();
      for (int i = 0; i < 32; i++) {
        var each = i % 2 == 0 ? node : other;
        AtomicInteger count = counts.get(i % 2);
        UUID stream = each.placement().newStreamId(partition);
        clients.add(
            CompletableFuture.runAsync(
                () -> {
                  for (int sequence = 0; !stop.get(); sequence++) {
                    await(each.log().append(TestUnit.event(stream, sequence)));
                    count.incrementAndGet();
                  }
                },
                task -> Thread.ofVirtual().start(task)));
      }
      until("both are under way", () -> counts.stream().allMatch(count -> count.get() >= 100));
      counts.forEach(count -> count.set(0));
      until(
          "enough was written", () -> counts.stream().mapToInt(AtomicInteger::get).sum() >= events);
      stop.set(true);
      clients.forEach(LogContract::await);
      int all = counts.stream().mapToInt(AtomicInteger::get).sum();
      assertThat(counts)
          .allSatisfy(count -> assertThat(count.get()).as("of %s", all).isGreaterThan(all / 5));
    }
  }

  /** Appends to streams of its own; every fifth unit breaks a rule. */
  private static final class Writer {
    private final LogTestbed.Node at;
    private final Random random;
    private final UUID taken;
    private final AtomicInteger committed;
    private final AtomicInteger refused;

    Writer(
        LogTestbed.Node at,
        Random random,
        UUID taken,
        AtomicInteger committed,
        AtomicInteger refused) {
      this.at = at;
      this.random = random;
      this.taken = taken;
      this.committed = committed;
      this.refused = refused;
    }

    void write(int units) {
      UUID stream = at.placement().newStreamId(at.placement().any());
      long sequence = 0;
      for (int i = 0; i < units; i++) {
        LockSupport.parkNanos(random.nextInt(2_000_000));
        if (random.nextInt(5) == 0) {
          failure(at.log().append(TestUnit.event(taken, 0)), AppendException.StreamConflict.class);
          refused.incrementAndGet();
          continue;
        }
        int events = 1 + random.nextInt(3);
        await(at.log().append(TestUnit.of(stream, sequence).command(events).unit()));
        committed.addAndGet(events);
        sequence += events;
        if (random.nextInt(10) == 0) {
          stream = at.placement().newStreamId(at.placement().any());
          sequence = 0;
        }
      }
    }
  }

  /** Follows the feed and checks that it brings every position once, in order. */
  private static final class FeedWatch {
    private final LogTestbed.Node at;
    private final int partition;
    private final CompletableFuture<Long> done = new CompletableFuture<>();
    private volatile long end = Long.MAX_VALUE;

    FeedWatch(LogTestbed.Node at, int partition) {
      this.at = at;
      this.partition = partition;
      Thread.ofVirtual().start(this::run);
    }

    private void run() {
      long last = 0;
      try (FeedReader feed = at.log().openFeed(partition, 0)) {
        while (last < end) {
          for (StoredEvent event : feed.next(100, Duration.ofMillis(20))) {
            assertThat(event.position().position()).isEqualTo(++last);
          }
        }
        done.complete(last);
      } catch (Throwable e) {
        done.completeExceptionally(e);
      }
    }

    /** Ends it at once, wherever it stands. */
    void stop() {
      end = 0;
    }

    void close() {
      end = at.log().readPartition(partition, 0, Integer.MAX_VALUE - 1).size();
      assertThat(await(done)).isEqualTo(end);
    }
  }
}
