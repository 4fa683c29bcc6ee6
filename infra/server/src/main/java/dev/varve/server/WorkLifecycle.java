package dev.varve.server;

import dev.varve.command.worker.Dispatcher;
import dev.varve.workqueue.Leases;
import dev.varve.workqueue.Recovery;
import dev.varve.workqueue.Timers;
import java.sql.SQLException;
import java.time.Duration;
import org.springframework.context.SmartLifecycle;

/**
 * Starts work before HTTP is open and ends it after HTTP is closed: first nothing new is begun,
 * then what runs may end under a lease that is still renewed, and only then is the lease given up.
 */
final class WorkLifecycle implements SmartLifecycle {
  /** Before the web server (which starts at the very end and stops first). */
  private static final int PHASE = 0;

  private final Leases leases;
  private final Dispatcher dispatcher;
  private final Timers timers;
  private final Recovery recovery;
  private final Duration grace;
  private volatile boolean running;

  WorkLifecycle(
      Leases leases, Dispatcher dispatcher, Timers timers, Recovery recovery, Duration grace) {
    this.leases = leases;
    this.dispatcher = dispatcher;
    this.timers = timers;
    this.recovery = recovery;
    this.grace = grace;
  }

  @Override
  public void start() {
    try {
      leases.start(dispatcher);
    } catch (SQLException e) {
      throw new IllegalStateException("The database went away while the server started", e);
    }
    timers.start();
    recovery.start();
    running = true;
  }

  @Override
  public void stop() {
    recovery.close();
    timers.close();
    dispatcher.stop(grace);
    leases.close();
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }
}
