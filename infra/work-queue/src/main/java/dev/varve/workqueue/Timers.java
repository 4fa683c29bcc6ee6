package dev.varve.workqueue;

import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.NodePath;
import dev.varve.api.common.TenantId;
import dev.varve.api.execution.ExecutionCommand.FireTimer;
import dev.varve.api.task.ScheduledTimer;
import dev.varve.command.port.Commands;
import dev.varve.command.port.CommitListener;
import dev.varve.command.port.ExecutionCommit;
import dev.varve.command.port.Incarnation;
import dev.varve.command.port.TimeSource;
import dev.varve.workqueue.Leases.Share;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fires timers: those of the near future from memory, by the node that committed them; all others,
 * and those that a crash forgot, from {@code work.timer}, each by the live node whose share it is.
 * Never before their instant on the database's clock; a second firing is refused by the execution.
 */
public final class Timers implements CommitListener, AutoCloseable {
  /** A timer due within this time of being asked for is held in memory. */
  static final Duration NEAR = Duration.ofSeconds(60);

  /** How much later than due the table answers for what should have been fired from memory. */
  static final Duration NEAR_GRACE = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(Timers.class);
  private static final int PAGE = 1_000;

  /** The thread that fires comes round so often when nothing is due. */
  private static final Duration FIRING = Duration.ofSeconds(1);

  private static final Duration SENT_MEMORY = Duration.ofSeconds(5);
  private static final int SENT_MEMORY_MAX = 50_000;

  private final TimeSource time;
  private final Leases leases;
  private final WorkSettings settings;
  private final WorkRows rows;
  private final CommandSender sender;
  private final ConcurrentHashMap<TimerKey, Armed> armed = new ConcurrentHashMap<>();
  private final BlockingQueue<Armed> due = new LinkedBlockingQueue<>();
  private final RecentlySent<TimerKey> sent = new RecentlySent<>(SENT_MEMORY, SENT_MEMORY_MAX);
  private final ScheduledThreadPoolExecutor clock;
  private final Loop poll;
  private final Thread firing;
  private volatile boolean closed;
  private volatile long firedNanos = System.nanoTime();

  /** A timer held in memory. */
  private static final class Armed {
    final TenantId tenant;
    final TimerKey key;
    final Instant at;
    final @Nullable String traceparent;
    volatile @Nullable Future<?> alarm;

    Armed(TenantId tenant, TimerKey key, Instant at, @Nullable String traceparent) {
      this.tenant = tenant;
      this.key = key;
      this.at = at;
      this.traceparent = traceparent;
    }
  }

  /** Makes timers that hear of commits at once and read the table after {@link #start}. */
  public Timers(
      DataSource dataSource,
      Commands commands,
      Incarnation self,
      TimeSource time,
      Leases leases,
      WorkSettings settings) {
    this.time = time;
    this.leases = leases;
    this.settings = settings;
    this.rows = new WorkRows(dataSource);
    this.sender = new CommandSender(commands, "timer:" + self.id(), settings.commandsInFlight());
    this.clock =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("varve-timer-clock").factory());
    this.clock.setRemoveOnCancelPolicy(true);
    this.poll = new Loop("timers", settings.polling(), this::poll);
    this.firing = Thread.ofPlatform().daemon().name("varve-timer-fire").unstarted(this::fireAll);
  }

  /** Begins to fire; the lease must have been taken before. */
  public void start() {
    firing.start();
    poll.start();
  }

  /** Returns how the poll is doing. */
  public LoopHealth health() {
    return poll.health();
  }

  /** Returns how the thread that fires from memory is doing. */
  public LoopHealth firingHealth() {
    Duration silent = Duration.ofNanos(System.nanoTime() - firedNanos);
    return new LoopHealth("timer-fire", FIRING, silent, null);
  }

  /** Returns how many timers are held in memory. */
  public long held() {
    return armed.mappingCount();
  }

  @Override
  public void committed(ExecutionCommit commit) {
    if (!armed.isEmpty()) {
      for (NodePath path : commit.ended()) {
        disarm(commit.executionId(), ScheduledTimer.Kind.DELAY, path);
        disarm(commit.executionId(), ScheduledTimer.Kind.NODE_DEADLINE, path);
      }
      if (commit.terminal()) {
        disarm(
            commit.executionId(), ScheduledTimer.Kind.EXECUTION_TIMEOUT, ScheduledTimer.EXECUTION);
      }
    }
    if (!commit.timers().isEmpty()) {
      Instant horizon = time.now().plus(NEAR);
      for (ScheduledTimer timer : commit.timers()) {
        if (timer.dueAt().isBefore(horizon)) {
          boolean _ =
              arm(
                  commit.tenant(),
                  new TimerKey(commit.executionId(), timer.kind(), timer.path()),
                  timer.dueAt(),
                  commit.timerTraces().get(timer.path()));
        }
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    poll.close();
    clock.shutdownNow();
    firing.interrupt();
  }

  /** Holds a timer in memory; false when there is no room. */
  private boolean arm(TenantId tenant, TimerKey key, Instant at, @Nullable String traceparent) {
    if (closed || held() >= settings.timersHeldMax()) {
      return false;
    }
    var timer = new Armed(tenant, key, at, traceparent);
    if (armed.putIfAbsent(key, timer) == null) {
      schedule(timer);
    }
    return true;
  }

  private void schedule(Armed timer) {
    // Rounded up: early is never right.
    long millis = Math.max(0, Duration.between(time.now(), timer.at).toMillis() + 1);
    try {
      timer.alarm = clock.schedule(() -> ring(timer), millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException _) {
      armed.remove(timer.key, timer);
    }
  }

  private void ring(Armed timer) {
    if (time.now().isBefore(timer.at)) {
      // The database's clock was found to be slower than this machine's.
      schedule(timer);
    } else {
      // Still armed while it waits to be sent, or the next poll would arm it once more.
      due.add(timer);
    }
  }

  private void disarm(ExecutionId executionId, ScheduledTimer.Kind kind, NodePath path) {
    Armed timer = armed.remove(new TimerKey(executionId, kind, path));
    if (timer != null) {
      Future<?> alarm = timer.alarm;
      if (alarm != null) {
        alarm.cancel(false);
      }
    }
  }

  /** Sends what is due, so many at a time as the sender allows, on a thread that may wait. */
  private void fireAll() {
    while (!closed) {
      try {
        Armed timer = due.poll(FIRING.toMillis(), TimeUnit.MILLISECONDS);
        firedNanos = System.nanoTime();
        if (timer != null) {
          fire(timer);
        }
      } catch (InterruptedException _) {
        // Only close interrupts.
        LOG.debug("Timers are closed.");
      } catch (RuntimeException fault) {
        LOG.error("Timer could not be fired; the table brings it again.", fault);
      }
    }
  }

  private void fire(Armed timer) throws InterruptedException {
    TimerKey key = timer.key;
    // Marked before it is let go, or the poll in between would arm it again.
    boolean first = sent.mark(key);
    boolean wanted = armed.remove(key, timer);
    if (first && wanted) {
      sender.send(
          timer.tenant,
          new FireTimer(key.executionId(), key.kind(), key.path()),
          timer.traceparent,
          () -> sent.forget(key));
    } else if (first) {
      sent.forget(key);
    }
  }

  /** Loads what falls due before the next poll but one. */
  private void poll() throws SQLException {
    Share share = leases.share();
    Duration ahead = settings.polling().multipliedBy(2);
    TimerRow last = null;
    while (!closed) {
      List<TimerRow> page = rows.timers(ahead, last, share, PAGE);
      for (TimerRow row : page) {
        if (!sent.sentLately(row.key())
            && !arm(row.tenant(), row.key(), row.pollAt(), row.traceparent())) {
          return;
        }
      }
      if (page.size() < PAGE) {
        return;
      }
      last = page.getLast();
    }
  }
}
