package dev.varve.command.worker;

import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.NodePath;
import dev.varve.api.common.TenantId;
import dev.varve.api.task.ScheduledTask;
import dev.varve.api.task.TaskDispatch;
import java.time.Instant;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One attempt that this process holds: it waits, runs, is reported, and is over. Every step is
 * taken once, whoever comes first; an interrupt can only reach the thread while the handler runs.
 */
final class HeldAttempt implements TaskContext {
  /** A node instance; at most one of its attempts is held. */
  record Key(ExecutionId executionId, NodePath path) {}

  private enum State {
    WAITING,
    RUNNING,
    REPORTING,
    OVER
  }

  private final TaskDispatch dispatch;
  private State state = State.WAITING;
  private @Nullable Thread thread;
  private @Nullable Future<?> alarm;
  private volatile @Nullable String traceparent;

  HeldAttempt(TaskDispatch dispatch) {
    this.dispatch = dispatch;
    this.traceparent = dispatch.traceparent();
  }

  Key key() {
    return new Key(dispatch.executionId(), dispatch.task().path());
  }

  ScheduledTask task() {
    return dispatch.task();
  }

  /** Binds what will start the attempt later, or stop it at its deadline. */
  synchronized void alarm(Future<?> next) {
    if (state == State.OVER || state == State.REPORTING) {
      next.cancel(false);
    } else {
      alarm = next;
    }
  }

  /** Moves from waiting to running on the calling thread; false when it is no longer wanted. */
  synchronized boolean begin() {
    if (state != State.WAITING) {
      return false;
    }
    state = State.RUNNING;
    thread = Thread.currentThread();
    return true;
  }

  /** Moves from running to reporting; false when the result is no longer wanted. */
  synchronized boolean finish() {
    boolean wanted = state == State.RUNNING;
    thread = null;
    // Whoever ended the attempt interrupted under this lock: the flag is set by now, and cleared.
    boolean _ = Thread.interrupted();
    if (wanted) {
      state = State.REPORTING;
      silence();
    }
    return wanted;
  }

  /** Moves from running to reporting of its time-out by someone else; false when it is too late. */
  synchronized boolean timeOut() {
    if (state != State.RUNNING) {
      return false;
    }
    state = State.REPORTING;
    interrupt();
    return true;
  }

  /** Ends it wherever it stands; a handler that runs is interrupted. */
  synchronized void end() {
    if (state == State.RUNNING) {
      interrupt();
    }
    state = State.OVER;
    silence();
  }

  /** Ends it if it has not begun; tells whether it did. */
  synchronized boolean endWaiting() {
    if (state != State.WAITING) {
      return false;
    }
    state = State.OVER;
    silence();
    return true;
  }

  /** Tells whether nobody waits for it any more. */
  synchronized boolean over() {
    return state == State.OVER;
  }

  private void interrupt() {
    if (thread != null) {
      thread.interrupt();
    }
  }

  private void silence() {
    if (alarm != null) {
      alarm.cancel(false);
      alarm = null;
    }
  }

  @Override
  public TenantId tenant() {
    return dispatch.tenant();
  }

  @Override
  public ExecutionId executionId() {
    return dispatch.executionId();
  }

  @Override
  public String definition() {
    return dispatch.definition();
  }

  @Override
  public String node() {
    return dispatch.task().nodeId();
  }

  @Override
  public NodePath path() {
    return dispatch.task().path();
  }

  @Override
  public int attempt() {
    return dispatch.task().attempt();
  }

  @Override
  public JsonNode input() {
    return dispatch.task().input();
  }

  @Override
  public String idempotencyKey() {
    return dispatch.idempotencyKey();
  }

  @Override
  public @Nullable Instant deadline() {
    return dispatch.task().deadline();
  }

  @Override
  public @Nullable String traceparent() {
    return traceparent;
  }

  /** Makes what follows part of a span. */
  void within(String span) {
    traceparent = span;
  }

  @Override
  public synchronized boolean cancelled() {
    return state != State.RUNNING;
  }
}
