package dev.varve.workqueue;

import dev.varve.api.execution.ExecutionCommand;
import dev.varve.api.execution.ExecutionCommand.LoseAttempt;
import dev.varve.api.execution.ExecutionCommand.TimeOutAttempt;
import dev.varve.command.port.Commands;
import dev.varve.command.port.Incarnation;
import dev.varve.command.port.LocalWork;
import dev.varve.workqueue.Leases.Share;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds work that nobody is doing: attempts of dead processes, attempts past their deadline, and
 * attempts of this process that it does not know of. It only sends commands: what becomes of an
 * attempt is decided by the execution, which refuses what a stale row made us ask.
 */
public final class Recovery implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
  private static final int PAGE = 500;

  /** Most commands of one kind in one run, so that one run does not keep the others waiting. */
  private static final int RUN_MAX = 20_000;

  /** The running owner comes first; the sweep is only the safety net. */
  private static final Duration OVERDUE_GRACE = Duration.ofSeconds(1);

  /** A dead process's attempts are taken over at once; their wait before a retry goes on. */
  private static final Duration EVER = Duration.ofDays(-40_000);

  private static final Duration SENT_MEMORY = Duration.ofSeconds(5);
  private static final int SENT_MEMORY_MAX = 50_000;

  private final Incarnation self;
  private final Leases leases;
  private final LocalWork local;
  private final WorkSettings settings;
  private final WorkRows rows;
  private final CommandSender sender;
  private final RecentlySent<TaskRow> sent = new RecentlySent<>(SENT_MEMORY, SENT_MEMORY_MAX);
  private final Loop loop;
  private long ownSweepAt = System.nanoTime();

  /** Makes a recovery that is not yet running. */
  public Recovery(
      DataSource dataSource,
      Commands commands,
      Incarnation self,
      Leases leases,
      LocalWork local,
      WorkSettings settings) {
    this.self = self;
    this.leases = leases;
    this.local = local;
    this.settings = settings;
    this.rows = new WorkRows(dataSource);
    this.sender = new CommandSender(commands, "recovery:" + self.id(), settings.commandsInFlight());
    this.loop = new Loop("recovery", settings.recovery(), this::run);
  }

  /** Begins to look, at once; the lease must have been taken before. */
  public void start() {
    loop.start();
  }

  /** Returns how it is doing. */
  public LoopHealth health() {
    return loop.health();
  }

  @Override
  public void close() {
    loop.close();
  }

  private void run() throws SQLException, InterruptedException {
    if (!leases.held()) {
      // Who may be dead itself declares nobody dead.
      return;
    }
    leases.declareDead();
    Share share = leases.share();
    for (String owner : rows.deadOwners()) {
      int lost = lose(owner, EVER, share);
      if (lost > 0) {
        LOG.info("Attempts of a dead process are taken over. owner={} count={}", owner, lost);
      }
    }
    timeOut(share);
    if (System.nanoTime() - ownSweepAt >= 0) {
      ownSweepAt = System.nanoTime() + settings.forgottenAfter().toNanos();
      int lost = lose(self.id(), settings.forgottenAfter(), new Share(0, 1));
      if (lost > 0) {
        LOG.info("Attempts of this process that it had no room for are begun. count={}", lost);
      }
    }
  }

  private int lose(String owner, Duration availableFor, Share share)
      throws SQLException, InterruptedException {
    boolean own = owner.equals(self.id());
    int count = 0;
    TaskRow last = null;
    while (count < RUN_MAX && local.hasRoom()) {
      List<TaskRow> page = rows.ofOwner(owner, last, availableFor, share, PAGE);
      for (TaskRow row : page) {
        boolean known = own && local.knows(row.executionId(), row.path(), row.attempt());
        if (!known
            && send(row, new LoseAttempt(row.executionId(), row.path(), row.attempt(), owner))) {
          count++;
        }
      }
      if (page.size() < PAGE) {
        break;
      }
      last = page.getLast();
    }
    return count;
  }

  private void timeOut(Share share) throws SQLException, InterruptedException {
    // One page at a time: what is overdue is gone from the table by the next run.
    for (TaskRow row : rows.overdue(OVERDUE_GRACE, share, PAGE)) {
      boolean _ = send(row, new TimeOutAttempt(row.executionId(), row.path(), row.attempt()));
    }
  }

  private boolean send(TaskRow row, ExecutionCommand command) throws InterruptedException {
    if (!sent.mark(row)) {
      return false;
    }
    sender.send(row.tenant(), command, row.traceparent(), () -> sent.forget(row));
    return true;
  }
}
