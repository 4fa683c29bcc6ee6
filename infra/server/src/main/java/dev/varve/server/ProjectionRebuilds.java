package dev.varve.server;

import dev.varve.replay.ProjectionReset;
import dev.varve.replay.Rebuilds;
import java.util.concurrent.locks.ReentrantLock;
import org.axonframework.eventhandling.EventHandlerInvoker;
import org.axonframework.eventhandling.tokenstore.UnableToClaimTokenException;

/** Rebuilds of the projections that this process runs, one at a time. */
final class ProjectionRebuilds implements Rebuilds {
  private final RunningProjections running;
  private final ProjectionReset reset;
  private final ReentrantLock lock = new ReentrantLock();

  ProjectionRebuilds(RunningProjections running, ProjectionReset reset) {
    this.running = running;
    this.reset = reset;
  }

  @Override
  public boolean rebuild(String projection) {
    EventHandlerInvoker known = running.projection(projection);
    if (known == null) {
      return false;
    }
    lock.lock();
    try {
      reset.rebuild(projection, known, running.processorsOf(projection));
      return true;
    } catch (UnableToClaimTokenException e) {
      throw new OwnedElsewhere(projection, e);
    } finally {
      lock.unlock();
    }
  }
}
