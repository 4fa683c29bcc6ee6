package dev.varve.command.worker;

import dev.varve.api.common.ErrorInfo;
import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.NodePath;
import dev.varve.api.execution.ExecutionCommand;
import dev.varve.api.execution.ExecutionCommand.CompleteTask;
import dev.varve.api.execution.ExecutionCommand.FailTask;
import dev.varve.api.execution.ExecutionCommand.TimeOutAttempt;
import dev.varve.api.task.TaskDispatch;
import dev.varve.command.port.Commands;
import dev.varve.command.port.CommitListener;
import dev.varve.command.port.ExecutionCommit;
import dev.varve.command.port.Incarnation;
import dev.varve.command.port.LocalWork;
import dev.varve.command.port.TimeSource;
import dev.varve.command.port.Tracing;
import dev.varve.command.port.WorkOwnership;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;

/**
 * Runs the attempts that this process owns, right after the commit that scheduled them, each on a
 * virtual thread and at most once in this process. What it does not get to (a crash, too much at
 * once, a lost lease) is found again by recovery, which first starts a new attempt by an event.
 */
public final class Dispatcher implements CommitListener, LocalWork {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
  private static final long ALARM_CHECK_MILLIS = 500;
  private static final long IDLE_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final Incarnation self;
  private final TimeSource time;
  private final WorkOwnership ownership;
  private final Handlers handlers;
  private final DispatcherSettings settings;
  private final ResultSender results;
  private final @Nullable Tracing tracing;
  private final ConcurrentHashMap<HeldAttempt.Key, HeldAttempt> held = new ConcurrentHashMap<>();
  private final Queue<HeldAttempt> ready = new ConcurrentLinkedQueue<>();
  private final AtomicInteger running = new AtomicInteger();
  private final ScheduledThreadPoolExecutor clock;
  private volatile long alarmNanos = System.nanoTime();
  private volatile boolean stopping;

  /** Makes a dispatcher without spans. */
  public Dispatcher(
      Commands commands,
      Incarnation self,
      TimeSource time,
      WorkOwnership ownership,
      Handlers handlers,
      DispatcherSettings settings) {
    this(commands, self, time, ownership, handlers, settings, null);
  }

  /**
   * Makes a dispatcher; it works from the first commit it hears of.
   *
   * @param self owner of the attempts it may run
   * @param time the database's time
   * @param ownership whether the lease of {@code self} holds
   * @param tracing told of every attempt; null for nobody
   */
  public Dispatcher(
      Commands commands,
      Incarnation self,
      TimeSource time,
      WorkOwnership ownership,
      Handlers handlers,
      DispatcherSettings settings,
      @Nullable Tracing tracing) {
    this.self = self;
    this.time = time;
    this.ownership = ownership;
    this.handlers = handlers;
    this.settings = settings;
    this.tracing = tracing;
    this.results = new ResultSender(commands, self, settings.backoffMin(), settings.backoffMax());
    this.clock =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("varve-dispatch-clock").factory());
    this.clock.setRemoveOnCancelPolicy(true);
    var _ =
        clock.scheduleWithFixedDelay(
            () -> alarmNanos = System.nanoTime(), 0, ALARM_CHECK_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public void committed(ExecutionCommit commit) {
    for (NodePath path : commit.ended()) {
      HeldAttempt ended = held.remove(new HeldAttempt.Key(commit.executionId(), path));
      if (ended != null) {
        ended.end();
      }
    }
    for (TaskDispatch dispatch : commit.dispatches()) {
      accept(dispatch);
    }
  }

  @Override
  public boolean knows(ExecutionId executionId, NodePath path, int attempt) {
    HeldAttempt known = held.get(new HeldAttempt.Key(executionId, path));
    return known != null && known.attempt() == attempt;
  }

  @Override
  public boolean hasRoom() {
    return !stopping && held.mappingCount() < settings.heldMax();
  }

  @Override
  public void resume() {
    drain();
  }

  @Override
  public void forgetWaiting() {
    for (HeldAttempt each : held.values()) {
      if (each.endWaiting()) {
        held.remove(each.key(), each);
      }
    }
    ready.removeIf(HeldAttempt::over);
  }

  /**
   * Returns how long the alarm clock has been silent; well below a few seconds while it lives. It
   * starts what must wait and ends what takes too long.
   */
  public Duration alarmSilence() {
    return Duration.ofNanos(System.nanoTime() - alarmNanos);
  }

  /** Returns how many attempts run or are being reported. */
  public int running() {
    return running.get();
  }

  /** Returns how many attempts are held in memory, those that run included. */
  public long held() {
    return held.mappingCount();
  }

  /**
   * Stops: begins nothing more, lets what runs finish for at most {@code grace}, then interrupts
   * it. The lease must be kept until this returns and be released afterwards.
   *
   * @return true when everything that ran was finished and committed
   */
  public boolean stop(Duration grace) {
    stopping = true;
    forgetWaiting();
    boolean finished = awaitIdle(System.nanoTime() + grace.toNanos());
    if (!finished) {
      LOG.warn("Attempts still ran when the grace ended; they will be repeated. count={}", running);
    }
    results.close();
    held.values().forEach(HeldAttempt::end);
    held.clear();
    clock.shutdownNow();
    return finished;
  }

  private boolean awaitIdle(long until) {
    while (running.get() > 0) {
      if (System.nanoTime() - until >= 0 || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(IDLE_POLL_NANOS);
    }
    return true;
  }

  private void accept(TaskDispatch dispatch) {
    if (stopping || !dispatch.task().owner().equals(self.id())) {
      return;
    }
    if (held.mappingCount() >= settings.heldMax()) {
      LOG.debug("Too many attempts are held; this one is left to recovery.");
      return;
    }
    var attempt = new HeldAttempt(dispatch);
    if (hold(attempt)) {
      startWhenAvailable(attempt);
    }
  }

  /** Takes the place of an earlier attempt; false when this one or a later one is held already. */
  private boolean hold(HeldAttempt attempt) {
    HeldAttempt.Key key = attempt.key();
    while (true) {
      HeldAttempt earlier = held.putIfAbsent(key, attempt);
      if (earlier == null) {
        return true;
      }
      if (earlier.attempt() >= attempt.attempt()) {
        return false;
      }
      if (held.replace(key, earlier, attempt)) {
        earlier.end();
        return true;
      }
    }
  }

  private void startWhenAvailable(HeldAttempt attempt) {
    Instant available = attempt.task().availableAt();
    Instant now = time.now();
    if (available.isAfter(now)) {
      at(available, now, attempt, () -> startWhenAvailable(attempt));
    } else {
      start(attempt);
    }
  }

  private void at(Instant when, Instant now, HeldAttempt attempt, Runnable action) {
    // One millisecond more than the distance: instants may be rounded, and early is never right.
    long millis = Duration.between(now, when).toMillis() + 1;
    try {
      attempt.alarm(clock.schedule(action, millis, TimeUnit.MILLISECONDS));
    } catch (RejectedExecutionException _) {
      attempt.end();
    }
  }

  private void start(HeldAttempt attempt) {
    if (ownership.held() && acquire()) {
      spawn(attempt);
    } else {
      ready.add(attempt);
      drain();
    }
  }

  private void drain() {
    while (!ready.isEmpty() && ownership.held() && acquire()) {
      HeldAttempt next = ready.poll();
      if (next == null) {
        running.decrementAndGet();
      } else {
        spawn(next);
      }
    }
  }

  private boolean acquire() {
    if (running.incrementAndGet() <= settings.concurrency()) {
      return true;
    }
    running.decrementAndGet();
    return false;
  }

  private void spawn(HeldAttempt first) {
    Thread.startVirtualThread(() -> work(first));
  }

  private void work(HeldAttempt first) {
    try {
      HeldAttempt next = first;
      while (next != null) {
        run(next);
        next = ownership.held() ? ready.poll() : null;
      }
    } finally {
      running.decrementAndGet();
      drain();
    }
  }

  private void run(HeldAttempt attempt) {
    if (!attempt.begin()) {
      return;
    }
    watchDeadline(attempt);
    // Its deadline may have passed while it waited for its turn.
    ExecutionCommand result = attempt.cancelled() ? null : traced(attempt);
    if (attempt.finish() && result != null) {
      settle(attempt, result);
    }
  }

  private ExecutionCommand traced(HeldAttempt attempt) {
    if (tracing == null) {
      return perform(attempt);
    }
    String handler = attempt.task().handler();
    String name = attempt.task().type() + (handler == null ? "" : " " + handler);
    try (Tracing.Span span = tracing.begin(Tracing.Kind.ATTEMPT, name, attempt.traceparent())) {
      span.note("varve.execution.id", attempt.executionId().toString());
      span.note("varve.definition", attempt.definition());
      span.note("varve.path", attempt.path().value());
      span.note("varve.attempt", attempt.attempt());
      attempt.within(span.traceparent());
      ExecutionCommand result = perform(attempt);
      if (result instanceof FailTask failed) {
        span.failed(failed.error().code());
      }
      return result;
    }
  }

  private ExecutionCommand perform(HeldAttempt attempt) {
    try {
      JsonNode output =
          handlers.find(attempt.task().type(), attempt.task().handler()).handle(attempt);
      return new CompleteTask(
          attempt.executionId(), attempt.path(), attempt.attempt(), orNull(output));
    } catch (TaskFailure failure) {
      return failed(attempt, failure.error(), failure.retryable(), failure.retryAfter());
    } catch (InterruptedException _) {
      return failed(attempt, ErrorInfo.of("handler.interrupted", "Interrupted"), true, null);
    } catch (Exception | StackOverflowError | LinkageError | OutOfMemoryError fault) {
      LOG.warn(
          "Handler failed. executionId={} path={} attempt={}",
          attempt.executionId(),
          attempt.path(),
          attempt.attempt(),
          fault);
      String message = fault.getClass().getSimpleName() + ": " + fault.getMessage();
      return failed(attempt, ErrorInfo.of("handler.failed", Messages.plain(message)), true, null);
    }
  }

  private static JsonNode orNull(@Nullable JsonNode output) {
    return output == null ? NullNode.instance : output;
  }

  private static FailTask failed(
      HeldAttempt attempt, ErrorInfo error, boolean retryable, @Nullable Duration retryAfter) {
    return new FailTask(
        attempt.executionId(), attempt.path(), attempt.attempt(), error, retryable, retryAfter);
  }

  private void watchDeadline(HeldAttempt attempt) {
    Instant deadline = attempt.deadline();
    if (deadline == null) {
      return;
    }
    Instant now = time.now();
    if (deadline.isAfter(now)) {
      at(deadline, now, attempt, () -> watchDeadline(attempt));
    } else if (attempt.timeOut()) {
      // Another thread: the handler may be deaf to the interrupt, and this one is the clock's.
      Thread.startVirtualThread(() ->
          settle(
              attempt,
              new TimeOutAttempt(attempt.executionId(), attempt.path(), attempt.attempt())));
    }
  }

  private void settle(HeldAttempt attempt, ExecutionCommand command) {
    try {
      results.settle(attempt.tenant(), command, attempt.traceparent(), attempt::over);
    } finally {
      held.remove(attempt.key(), attempt);
    }
  }
}
