package dev.varve.server;

import dev.varve.command.port.CommitListener;
import dev.varve.command.port.ExecutionCommit;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Tells every listener of a commit; those who need the mailbox themselves join after it was made.
 */
public final class CommitFanOut implements CommitListener {
  private final List<CommitListener> listeners = new CopyOnWriteArrayList<>();

  /** Adds a listener; it hears of commits from now on. */
  public void add(CommitListener listener) {
    listeners.add(listener);
  }

  @Override
  public void committed(ExecutionCommit commit) {
    for (CommitListener each : listeners) {
      each.committed(commit);
    }
  }
}
