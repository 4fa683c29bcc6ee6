package dev.varve.testkit.decider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.common.ErrorInfo;
import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.NodePath;
import dev.varve.api.common.TenantId;
import dev.varve.api.execution.ExecutionCommand;
import dev.varve.api.execution.ExecutionCommand.CancelExecution;
import dev.varve.api.execution.ExecutionCommand.CompleteTask;
import dev.varve.api.execution.ExecutionCommand.FailTask;
import dev.varve.api.execution.ExecutionCommand.FireTimer;
import dev.varve.api.execution.ExecutionCommand.LoseAttempt;
import dev.varve.api.execution.ExecutionCommand.ResumeExecution;
import dev.varve.api.execution.ExecutionCommand.RetryExecution;
import dev.varve.api.execution.ExecutionCommand.StartExecution;
import dev.varve.api.execution.ExecutionCommand.SuspendExecution;
import dev.varve.api.execution.ExecutionCommand.TimeOutAttempt;
import dev.varve.api.execution.ExecutionEvent;
import dev.varve.api.execution.ExecutionEvent.Advance;
import dev.varve.api.execution.ExecutionEvent.ExecutionCompleted;
import dev.varve.api.execution.ExecutionEvent.ExecutionRetried;
import dev.varve.api.execution.ExecutionEvent.NodeCompleted;
import dev.varve.api.execution.ExecutionEvent.NodeReleased;
import dev.varve.api.execution.ExecutionStatus;
import dev.varve.api.execution.NodeStatus;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.api.task.ScheduledTask;
import dev.varve.api.task.ScheduledTimer;
import dev.varve.command.core.Decision;
import dev.varve.command.core.DecisionContext;
import dev.varve.command.core.definition.CompiledDefinition;
import dev.varve.command.core.definition.DefinitionSource;
import dev.varve.command.core.execution.Activity;
import dev.varve.command.core.execution.ExecutionDecider;
import dev.varve.command.core.execution.ExecutionState;
import dev.varve.command.core.execution.NodeState;
import dev.varve.testkit.fold.NaiveInterpreter.Happening;
import dev.varve.testkit.fold.NaiveInterpreter.What;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * One execution of a random definition, moved by numbers: each number picks one of the moves that
 * are enabled.
 */
final class Trial {
  static final ExecutionId ID = new ExecutionId(new UUID(0x0190_0000_0000_7000L, 7));

  private final DefinitionSource definitions;
  private final ExecutionDecider decider;
  private final JsonNode input;
  private final List<ExecutionEvent> events = new ArrayList<>();
  private final List<Happening> history = new ArrayList<>();
  private final Set<NodePath> held = new HashSet<>();
  private ExecutionState state;
  private Instant now = Instant.parse("2030-01-01T00:00:00Z");
  private @Nullable ExecutionCommand last;
  private int accepted;
  private int retries;
  private int suspensions;
  private int resumptions;

  /**
   * A command, when it is sent, and what the outside would call it; null when it must be refused.
   */
  record Move(ExecutionCommand command, Instant at, @Nullable Happening happening) {
    /** Tells whether the move ends no node with an error. */
    boolean onward() {
      return happening != null
          && switch (happening.what()) {
            case COMPLETED, DELAY_OVER, LOST, SUSPEND, RESUME -> true;
            case FAILED, FAILED_FATALLY, TIMED_OUT, DEADLINE, CANCEL, EXECUTION_TIMEOUT -> false;
          };
    }
  }

  Trial(CompiledDefinition definition, int k) {
    this.definitions = (name, version) -> definition;
    this.decider = new ExecutionDecider(definitions);
    this.state = decider.initialState();
    this.input = JsonNodeFactory.instance.objectNode().put("k", k);
  }

  Decision<ExecutionEvent> decide(ExecutionCommand command) {
    return decider.decide(
        state, command, new DecisionContext(now, "owner-1", TenantId.DEFAULT, definitions));
  }

  void start() {
    StartExecution start =
        new StartExecution(ID, RandomDefinitions.NAME, null, input, null, Map.of());
    apply((Decision.Accepted<ExecutionEvent>) decide(start));
    last = start;
  }

  private void apply(Decision.Accepted<ExecutionEvent> decision) {
    assertThat(decision.events()).isNotEmpty();
    accepted++;
    int lastReleased = -1;
    for (ExecutionEvent event : decision.events()) {
      assertThat(state.terminal() && !(event instanceof ExecutionRetried))
          .as("nothing but a retry follows the end")
          .isFalse();
      if (suspended()) {
        nothingFollows(event);
      }
      if (event instanceof NodeReleased released) {
        assertThat(state.status()).isEqualTo(ExecutionStatus.RUNNING);
        assertThat(held.remove(released.path())).as("%s was held", released.path()).isTrue();
        int place = state.definition().node(released.path().value()).index();
        assertThat(place).as("released in the order of the document").isGreaterThan(lastReleased);
        lastReleased = place;
      }
      state = decider.evolve(state, event);
      events.add(event);
    }
    if (state.status() == ExecutionStatus.RUNNING || state.status() == ExecutionStatus.COMPLETED) {
      assertThat(held).as("held by what is not suspended").isEmpty();
    }
  }

  /**
   * While suspended, no event starts or rules out anything, and the execution does not complete.
   */
  private void nothingFollows(ExecutionEvent event) {
    assertThat(event).isNotInstanceOf(ExecutionCompleted.class);
    if (event instanceof Advance advance) {
      assertThat(advance).isInstanceOf(NodeCompleted.class);
      assertThat(advance.taken()).isEmpty();
      assertThat(advance.activated()).isEmpty();
      assertThat(advance.scheduled()).isEmpty();
      assertThat(advance.timers()).isEmpty();
      assertThat(advance.skipped()).isEmpty();
      held.add(((NodeCompleted) advance).path());
    }
  }

  /** Makes a move; returns the code when it was refused. */
  @Nullable RejectionCode make(Move move) {
    now = move.at();
    Decision<ExecutionEvent> decision = decide(move.command());
    return switch (decision) {
      case Decision.Accepted<ExecutionEvent> yes -> {
        assertThat(move.happening()).as("accepted %s", move.command()).isNotNull();
        apply(yes);
        Happening happening = Objects.requireNonNull(move.happening());
        history.add(happening);
        suspensions += happening.what() == What.SUSPEND ? 1 : 0;
        resumptions += happening.what() == What.RESUME ? 1 : 0;
        last = move.command();
        yield null;
      }
      case Decision.Rejected<ExecutionEvent>(var rejection) -> {
        assertThat(move.happening()).as("%s: %s", move.command(), rejection).isNull();
        yield rejection.code();
      }
    };
  }

  /** Tells whether the execution ended in a way that can be retried. */
  boolean retryable() {
    ExecutionStatus status = state.status();
    return status == ExecutionStatus.FAILED || status == ExecutionStatus.TIMED_OUT;
  }

  /**
   * Retries. What the outside had said against the execution never was: the failures of the nodes
   * that failed for good, and that its time was used up. Failures that other attempts followed stay
   * away as well, since retries start from one again.
   */
  void retry() {
    List<String> again = new ArrayList<>();
    for (int i = 0; i < state.definition().nodeCount(); i++) {
      NodeStatus status = state.node(i).status();
      if (status == NodeStatus.FAILED || status == NodeStatus.CANCELLED) {
        again.add(state.definition().node(i).id());
      }
    }
    apply((Decision.Accepted<ExecutionEvent>) decide(new RetryExecution(ID, "again", null)));
    history.removeIf(each ->
        each.what() == What.EXECUTION_TIMEOUT
            || (again.contains(each.nodeId()) && each.what() != What.LOST));
    if (suspensions > resumptions) {
      history.add(new Happening(What.RESUME, "", null));
      resumptions++;
    }
    last = null;
    retries++;
  }

  int retries() {
    return retries;
  }

  int suspensions() {
    return suspensions;
  }

  boolean suspended() {
    return state.status() == ExecutionStatus.SUSPENDED;
  }

  /** Returns how many nodes completed in the present suspension. */
  int heldCount() {
    return held.size();
  }

  /** Returns the moves that must be accepted now, in the order of the definition. */
  List<Move> enabled() {
    List<Move> moves = new ArrayList<>();
    if (state.terminal()) {
      return moves;
    }
    for (NodePath path : state.active()) {
      NodeState node = Objects.requireNonNull(state.node(path));
      Activity activity = node.activity();
      if (activity != null) {
        moves(path, activity, moves);
      }
    }
    Instant timeoutAt = state.timeoutAt();
    if (timeoutAt != null) {
      moves.add(
          new Move(
              new FireTimer(ID, ScheduledTimer.Kind.EXECUTION_TIMEOUT, ScheduledTimer.EXECUTION),
              later(timeoutAt),
              new Happening(What.EXECUTION_TIMEOUT, "", null)));
    }
    return moves;
  }

  private void moves(NodePath path, Activity activity, List<Move> moves) {
    ScheduledTask task = activity.task();
    String id = path.value();
    Instant dueAt = activity.dueAt();
    Instant deadline = activity.deadline();
    if (dueAt != null) {
      moves.add(
          new Move(
              new FireTimer(ID, ScheduledTimer.Kind.DELAY, path),
              later(dueAt),
              new Happening(What.DELAY_OVER, id, null)));
    }
    if (deadline != null) {
      moves.add(
          new Move(
              new FireTimer(ID, ScheduledTimer.Kind.NODE_DEADLINE, path),
              later(deadline),
              new Happening(What.DEADLINE, id, null)));
    }
    if (task == null) {
      return;
    }
    moves.add(completion(path, task.attempt()));
    moves.add(failure(path, task.attempt(), What.FAILED, "flaky", true));
    moves.add(failure(path, task.attempt(), What.FAILED_FATALLY, "fatal", false));
    moves.add(
        new Move(
            new LoseAttempt(ID, path, task.attempt(), task.owner()),
            now,
            new Happening(What.LOST, id, null)));
    Instant attemptDeadline = task.deadline();
    if (attemptDeadline != null) {
      moves.add(
          new Move(
              new TimeOutAttempt(ID, path, task.attempt()),
              later(attemptDeadline),
              new Happening(What.TIMED_OUT, id, null)));
    }
  }

  private Instant later(Instant instant) {
    return instant.isAfter(now) ? instant : now;
  }

  private Move failure(NodePath path, int attempt, What what, String code, boolean retryable) {
    return new Move(
        new FailTask(
            ID,
            path,
            attempt,
            ErrorInfo.of(code, "it failed"),
            retryable,
            retryable ? Duration.ofSeconds(attempt) : null),
        now,
        new Happening(what, path.value(), null));
  }

  Move completion(NodePath path, int attempt) {
    JsonNode output =
        JsonNodeFactory.instance
            .objectNode()
            .put("n", Math.floorMod(path.value().hashCode() + attempt, 5));
    return new Move(
        new CompleteTask(ID, path, attempt, output),
        now,
        new Happening(What.COMPLETED, path.value(), output));
  }

  Move cancellation() {
    return new Move(new CancelExecution(ID, null), now, new Happening(What.CANCEL, "", null));
  }

  /** Suspends when it runs, resumes when it is suspended. */
  Move suspensionOrResumption() {
    return suspended()
        ? new Move(new ResumeExecution(ID, null, null), now, new Happening(What.RESUME, "", null))
        : new Move(
            new SuspendExecution(ID, null, null), now, new Happening(What.SUSPEND, "", null));
  }

  /** Returns moves that must be refused now. */
  List<Move> hopeless() {
    List<Move> moves = new ArrayList<>();
    ExecutionCommand again = last;
    if (again != null) {
      moves.add(new Move(again, now, null));
    }
    moves.add(new Move(completion(new NodePath("nowhere"), 1).command(), now, null));
    moves.add(
        new Move(new FireTimer(ID, ScheduledTimer.Kind.DELAY, new NodePath("nowhere")), now, null));
    for (NodePath path : state.active()) {
      NodeState node = Objects.requireNonNull(state.node(path));
      Activity activity = node.activity();
      moves.add(new Move(completion(path, node.attempt() + 1).command(), now, null));
      moves.add(new Move(completion(path, node.attempt() - 1).command(), now, null));
      if (activity != null && activity.dueAt() != null && activity.dueAt().isAfter(now)) {
        moves.add(new Move(new FireTimer(ID, ScheduledTimer.Kind.DELAY, path), now, null));
      }
      if (activity != null && activity.task() != null) {
        moves.add(new Move(new LoseAttempt(ID, path, node.attempt(), "somebody-else"), now, null));
      }
    }
    if (state.terminal()) {
      moves.add(new Move(new CancelExecution(ID, null), now, null));
    }
    if (!suspended()) {
      moves.add(new Move(new ResumeExecution(ID, null, null), now, null));
    }
    if (state.status() != ExecutionStatus.RUNNING) {
      moves.add(new Move(new SuspendExecution(ID, null, null), now, null));
    }
    if (!retryable()) {
      moves.add(new Move(new RetryExecution(ID, null, null), now, null));
    }
    return moves;
  }

  ExecutionState state() {
    return state;
  }

  List<ExecutionEvent> events() {
    return events;
  }

  List<Happening> history() {
    return history;
  }

  JsonNode input() {
    return input;
  }

  int accepted() {
    return accepted;
  }

  ExecutionDecider decider() {
    return decider;
  }

  DefinitionSource definitions() {
    return definitions;
  }

  NodeStatus status(int index) {
    return state.node(index).status();
  }
}
