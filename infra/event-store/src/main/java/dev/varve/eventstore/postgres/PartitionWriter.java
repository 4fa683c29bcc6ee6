package dev.varve.eventstore.postgres;

import dev.varve.api.log.AppendException;
import dev.varve.eventstore.CrashPoints.Point;
import dev.varve.eventstore.EventLogSettings;
import dev.varve.eventstore.feed.PartitionFeed;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer of a partition on this node: gathers what is waiting, writes it with one statement
 * and one commit, then answers.
 *
 * <p>Fast: numbered behind the tail this node knows, in one round trip. After a collision, slow:
 * under the exclusive lock, on the tail the table has; and when that collides too it is a unit that
 * breaks a rule, and {@link Judge} finds it. See {@code infra/docs/decisions/0010-positions.md}.
 */
final class PartitionWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionWriter.class);

  /** After another node was seen writing, so many groups take the slow path at once. */
  private static final int CONTENDED_GROUPS = 8;

  private static final long PAUSE_MILLIS_MAX = 500;

  /** After so long without the database, what is in no doubt is answered instead of tried again. */
  private static final long UNAVAILABLE_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);

  private final int partition;
  private final EventLogSettings settings;
  private final WriterEnvironment environment;
  private final PartitionFeed feed;
  private final AppendQueue queue;
  private final Thread thread;
  private final WriterCounters counters;
  private volatile Tail tail = Tail.empty();
  private volatile Tail hint = Tail.empty();
  private volatile boolean regressed;
  private @Nullable AppendSession session;
  private int contended;

  PartitionWriter(
      int partition,
      EventLogSettings settings,
      WriterEnvironment environment,
      PartitionFeed feed,
      WriterCounters counters) {
    this.partition = partition;
    this.settings = settings;
    this.environment = environment;
    this.feed = feed;
    this.counters = counters;
    this.queue = new AppendQueue(settings.group(), environment.beat(partition));
    this.thread = new Thread(this::run, "append-" + partition);
    this.thread.setDaemon(true);
  }

  /** Opens the connection and reads the tail. */
  void start() throws SQLException {
    connect(true);
    thread.start();
  }

  Tail tail() {
    return tail;
  }

  /** Tells whether the database lost what this node has seen committed. */
  boolean regressed() {
    return regressed;
  }

  /** Learns the tail that another node announced; only believed after the table confirmed it. */
  void hint(Tail announced) {
    hint = announced.position() > hint.position() ? announced : hint;
  }

  void submit(PreparedUnit unit) {
    queue.submit(unit);
  }

  /** Lets the group that is being written end and takes no other. */
  void stop() {
    queue.close();
  }

  @Override
  public void close() {
    stop();
    try {
      thread.join(settings.timeouts().settle().toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    queue.failWaiting();
  }

  private void run() {
    while (!queue.isClosed()) {
      try {
        List<PreparedUnit> group = queue.gather();
        if (!group.isEmpty()) {
          write(group);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        queue.close();
      } catch (RuntimeException | Error e) {
        LOG.error("The writer of partition {} met a defect and goes on", partition, e);
      }
    }
    dropSession();
    queue.failWaiting();
  }

  /** Ends with every unit of the group answered. */
  private void write(List<PreparedUnit> group) throws InterruptedException {
    try {
      new GroupWrite(group).run();
    } catch (InterruptedException | RuntimeException | Error e) {
      dropSession();
      var unknown = new AppendException.OutcomeUnknown("The writer met a defect", e);
      group.forEach(unit -> unit.future.completeExceptionally(unknown));
      throw e;
    }
  }

  /** One group on its way, with everything that may go wrong on it. */
  private final class GroupWrite {
    private final long begun = System.nanoTime();
    private final long deadline = begun + settings.timeouts().settle().toNanos();
    private List<PreparedUnit> waiting;
    private boolean inDoubt;
    private boolean judge;
    private boolean slow;

    /** What the try under way has sent that may commit; null while nothing was. */
    private @Nullable Batch sent;

    /** Sent and cut off from its answer: to be settled before anything else is done. */
    private @Nullable Batch doubtful;

    private long pauseMillis = 1;

    GroupWrite(List<PreparedUnit> group) {
      this.waiting = group;
    }

    void run() throws InterruptedException {
      slow = contended > 0 || !Batch.fitsOneStatement(waiting);
      contended = Math.max(0, contended - 1);
      while (!waiting.isEmpty()) {
        if (regressed) {
          // Also what was in doubt: it can only stand behind a tail that is gone.
          fail(waiting, Failure.regression());
          return;
        }
        sent = null;
        try {
          AppendSession open = session == null ? connect(!inDoubt) : session;
          Batch again = doubtful;
          if (again != null) {
            waiting = settle(open, again);
          } else {
            waiting = slow ? writeSlow(open) : writeFast(open);
          }
        } catch (SQLException e) {
          if (!recover(e)) {
            return;
          }
        }
      }
    }

    /** Writes the group in doubt again; what remains is decided under the exclusive lock. */
    private List<PreparedUnit> settle(AppendSession open, Batch again) throws SQLException {
      long before = System.nanoTime();
      sent = again;
      boolean ours = Reinsertion.settle(open, again);
      doubtful = null;
      slow = true;
      judge = true;
      if (!ours) {
        counters.collided();
        return waiting;
      }
      inDoubt = false;
      counters.settled();
      committed(again, before);
      return waiting.stream().filter(unit -> !again.units.contains(unit)).toList();
    }

    private List<PreparedUnit> writeFast(AppendSession open) throws SQLException {
      Tail announced = hint;
      Tail base = announced.position() > tail.position() ? announced : tail;
      var batch = new Batch(partition, base, environment.clock().nowMicros(), waiting, Set.of());
      long before = System.nanoTime();
      sent = batch;
      environment.reached(Point.BEFORE_INSERT);
      int written = open.insert(batch);
      if (written == batch.rows.size()) {
        committed(batch, before);
        return List.of();
      }
      if (written != 0) {
        throw new IllegalStateException(
            "Wrote " + written + " of " + batch.rows.size() + " events");
      }
      counters.collided();
      hint = Tail.empty();
      slow = true;
      return waiting;
    }

    private List<PreparedUnit> writeSlow(AppendSession open) throws SQLException {
      counters.slow();
      long before = System.nanoTime();
      open.beginExclusive();
      Tail present = open.readTail();
      checkRegression(open, present);
      if (present.position() > tail.position()) {
        contended = CONTENDED_GROUPS;
      }
      boolean judged = judge || inDoubt || !Batch.fitsOneStatement(waiting);
      Judge verdict = judged ? new Judge(open, partition, waiting, inDoubt) : null;
      List<PreparedUnit> survivors = verdict == null ? waiting : verdict.survivors;
      Set<PreparedUnit.KeyId> owned = verdict == null ? Set.of() : verdict.owned;
      var batch = new Batch(partition, present, environment.clock().nowMicros(), survivors, owned);
      if (survivors.isEmpty()) {
        open.rollback();
        if (verdict != null && !verdict.landed.isEmpty()) {
          open.confirm();
        }
        tail = present;
      } else {
        open.release(batch.released);
        int written = open.insert(batch);
        if (written != batch.rows.size()) {
          throw new IllegalStateException(
              "Wrote " + written + " of " + batch.rows.size() + " events");
        }
        sent = batch;
        environment.reached(Point.BEFORE_COMMIT);
        open.commit();
        committed(batch, before);
      }
      if (verdict == null) {
        return List.of();
      }
      return announceVerdict(verdict);
    }

    private List<PreparedUnit> announceVerdict(Judge verdict) {
      if (inDoubt) {
        counters.settled();
        inDoubt = false;
      }
      feed.seen(tail.position());
      verdict.landed.forEach(PreparedUnit::complete);
      verdict.losers.forEach((unit, loss) -> unit.future.completeExceptionally(loss));
      return verdict.deferred;
    }

    /** Decides how to go on after a failure; false when every waiting unit has been answered. */
    private boolean recover(SQLException e) throws InterruptedException {
      Failure failure = Failure.of(e);
      LOG.debug("Partition {}: {} ({})", partition, failure, e.getMessage());
      if (failure == Failure.CONNECTION) {
        if (sent != null) {
          doubtful = sent;
          inDoubt = true;
        }
        dropSession();
      } else if (!rollback()) {
        failure = Failure.CONNECTION;
      }
      if (failure == Failure.REFUSED) {
        return split(e);
      }
      if (failure == Failure.COLLISION) {
        counters.collided();
        judge = slow;
        slow = true;
      } else {
        slow = true;
        judge = true;
        TimeUnit.MILLISECONDS.sleep(pauseMillis);
        pauseMillis = Math.min(PAUSE_MILLIS_MAX, pauseMillis * 2);
      }
      if (mayGoOn(failure, e)) {
        return true;
      }
      fail(waiting, inDoubt ? Failure.unknown(e) : Failure.unavailable(e));
      return false;
    }

    /**
     * A group in doubt is settled as long as there is time for it. Whoever is in no doubt is told
     * soon that the database is away: who waits behind this group, and this group itself.
     */
    private boolean mayGoOn(Failure failure, SQLException e) {
      long now = System.nanoTime();
      if (failure == Failure.COLLISION) {
        return now < deadline;
      }
      boolean away = now - begun > UNAVAILABLE_NANOS;
      if (away) {
        queue.failWaiting(Failure.unavailable(e));
      }
      return now < deadline && !queue.isClosed() && (inDoubt || !away);
    }

    /** Something in the group is refused by the database: the halves are tried alone. */
    private boolean split(SQLException e) throws InterruptedException {
      if (waiting.size() == 1) {
        LOG.warn("Partition {} refuses a unit", partition, e);
        fail(waiting, Failure.refused(e));
        return false;
      }
      int half = waiting.size() / 2;
      for (List<PreparedUnit> part :
          Arrays.asList(waiting.subList(0, half), waiting.subList(half, waiting.size()))) {
        var write = new GroupWrite(List.copyOf(part));
        write.inDoubt = inDoubt;
        write.run();
      }
      return false;
    }
  }

  private void committed(Batch batch, long startedNanos) {
    tail = batch.end;
    long nanos = counters.committed(batch, System.nanoTime() - startedNanos);
    environment.publish(partition, batch, feed);
    counters.answered(batch, nanos);
  }

  /** Opens the connection; {@code learn} is false while a group in doubt has to be settled. */
  private AppendSession connect(boolean learn) throws SQLException {
    var opened =
        new AppendSession(
            environment.connections().open("varve append " + partition),
            partition,
            environment.names().ownNode());
    session = opened;
    Tail present = opened.readTail();
    checkRegression(opened, present);
    if (learn) {
      tail = present;
      feed.seen(present.position());
    }
    return opened;
  }

  /** A tail that this node has seen must still be there, or the database has lost commits. */
  private void checkRegression(AppendSession open, Tail present) throws SQLException {
    Tail remembered = tail;
    if (!open.holds(remembered, present)) {
      regressed = true;
      LOG.error(
          "Partition {} lost {}, its tail is {}: nothing is written until the node is started again",
          partition,
          remembered.position(),
          present.position());
      dropSession();
      throw new SQLException("The log has regressed", "08000");
    }
  }

  private boolean rollback() {
    try {
      if (session != null) {
        session.rollback();
      }
      return session != null;
    } catch (SQLException e) {
      LOG.debug("Could not roll back, connecting again", e);
      dropSession();
      return false;
    }
  }

  private void dropSession() {
    AppendSession open = session;
    session = null;
    if (open != null) {
      open.close();
    }
  }

  private static void fail(List<PreparedUnit> units, AppendException failure) {
    units.forEach(unit -> unit.future.completeExceptionally(failure));
  }
}
