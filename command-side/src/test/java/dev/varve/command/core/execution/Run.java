package dev.varve.command.core.execution;

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
import dev.varve.api.execution.NodeStatus;
import dev.varve.api.log.KeyChange;
import dev.varve.api.rejection.Rejection;
import dev.varve.api.task.ScheduledTask;
import dev.varve.api.task.ScheduledTimer;
import dev.varve.command.core.Decision;
import dev.varve.command.core.DecisionContext;
import dev.varve.command.core.definition.CompiledDefinition;
import dev.varve.command.core.definition.DefinitionSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One execution under test: sends commands, keeps its events and clock, and after every command
 * checks that folding all events, and folding from a snapshot at each event of the command, give
 * the same state.
 */
final class Run {
  static final ExecutionId ID = new ExecutionId(new UUID(0x0190_0000_0000_7000L, 1));
  static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

  private final DefinitionSource definitions;
  private final ExecutionDecider decider;
  private final List<ExecutionEvent> events = new ArrayList<>();
  private ExecutionState state;
  private List<KeyChange> keys = List.of();
  private Instant now = START;
  private String owner = "node-1";

  Run(Flow flow) {
    this(flow.compile());
  }

  Run(CompiledDefinition definition) {
    this.definitions =
        (name, version) ->
            name.equals(definition.name()) && (version == null || version == definition.version())
                ? definition
                : null;
    this.decider = new ExecutionDecider(definitions);
    this.state = decider.initialState();
  }

  /** Starts {@code flow} with the input {@code {}}. */
  static Run started(Flow flow) {
    Run run = new Run(flow);
    run.accepted(run.start("{}"));
    return run;
  }

  StartExecution start(String input) {
    return new StartExecution(ID, "flow", null, Flow.json(input), null, Map.of());
  }

  Decision<ExecutionEvent> decide(ExecutionCommand command) {
    return decider.decide(
        state, command, new DecisionContext(now, owner, TenantId.DEFAULT, definitions));
  }

  /** Sends a command that must be accepted, and returns its events. */
  List<ExecutionEvent> accepted(ExecutionCommand command) {
    Decision<ExecutionEvent> decision = decide(command);
    assertThat(decision).isInstanceOf(Decision.Accepted.class);
    Decision.Accepted<ExecutionEvent> accepted = (Decision.Accepted<ExecutionEvent>) decision;
    keys = accepted.keys();
    for (ExecutionEvent event : accepted.events()) {
      state = decider.evolve(state, event);
      if (accepted.events().size() < 50) {
        checkSnapshot();
      }
    }
    events.addAll(accepted.events());
    ExecutionState folded = decider.initialState();
    for (ExecutionEvent event : events) {
      folded = decider.evolve(folded, event);
    }
    assertThat(folded).isEqualTo(state).hasSameHashCodeAs(state);
    return accepted.events();
  }

  /** Decides a command that must be accepted, without applying it. */
  List<ExecutionEvent> decideAccepted(ExecutionCommand command) {
    return ((Decision.Accepted<ExecutionEvent>) decide(command)).events();
  }

  /** Applies events without the checks, for long runs. */
  void apply(List<ExecutionEvent> more) {
    for (ExecutionEvent event : more) {
      state = decider.evolve(state, event);
    }
    events.addAll(more);
  }

  private void checkSnapshot() {
    JsonNode snapshot = JsonMapper.shared().readTree(state.toSnapshot().toString());
    assertThat(ExecutionState.fromSnapshot(snapshot, definitions)).isEqualTo(state);
  }

  /** Sends a command that must be refused, and returns why. */
  Rejection refused(ExecutionCommand command) {
    Decision<ExecutionEvent> decision = decide(command);
    assertThat(decision).isInstanceOf(Decision.Rejected.class);
    return ((Decision.Rejected<ExecutionEvent>) decision).rejection();
  }

  List<ExecutionEvent> complete(String path, String output) {
    return accepted(completion(path, attempt(path), output));
  }

  List<ExecutionEvent> complete(String path) {
    return complete(path, "{}");
  }

  CompleteTask completion(String path, int attempt, String output) {
    return new CompleteTask(ID, new NodePath(path), attempt, Flow.json(output));
  }

  FailTask failure(String path, int attempt, String code, boolean retryable) {
    return new FailTask(
        ID, new NodePath(path), attempt, ErrorInfo.of(code, "it failed"), retryable, null);
  }

  List<ExecutionEvent> fail(String path) {
    return accepted(failure(path, attempt(path), "broken", true));
  }

  TimeOutAttempt timeOut(String path, int attempt) {
    return new TimeOutAttempt(ID, new NodePath(path), attempt);
  }

  LoseAttempt loss(String path, int attempt, String gone) {
    return new LoseAttempt(ID, new NodePath(path), attempt, gone);
  }

  FireTimer timer(ScheduledTimer.Kind kind, String path) {
    return new FireTimer(ID, kind, new NodePath(path));
  }

  CancelExecution cancellation() {
    return new CancelExecution(ID, "no longer needed");
  }

  RetryExecution retry() {
    return new RetryExecution(ID, "repaired", null);
  }

  SuspendExecution suspension() {
    return new SuspendExecution(ID, "maintenance", null);
  }

  ResumeExecution resumption() {
    return new ResumeExecution(ID, "all is well", null);
  }

  List<ExecutionEvent> suspend() {
    return accepted(suspension());
  }

  List<ExecutionEvent> resume() {
    return accepted(resumption());
  }

  Run later(Duration time) {
    now = now.plus(time);
    return this;
  }

  Run on(String newOwner) {
    owner = newOwner;
    return this;
  }

  Instant now() {
    return now;
  }

  String owner() {
    return owner;
  }

  ExecutionState state() {
    return state;
  }

  DefinitionSource definitions() {
    return definitions;
  }

  List<ExecutionEvent> events() {
    return events;
  }

  List<KeyChange> keys() {
    return keys;
  }

  NodeState node(String id) {
    return Objects.requireNonNull(state.node(new NodePath(id)));
  }

  NodeStatus status(String id) {
    return node(id).status();
  }

  int attempt(String id) {
    return node(id).attempt();
  }

  @Nullable ScheduledTask task(String id) {
    Activity activity = node(id).activity();
    return activity == null ? null : activity.task();
  }
}
