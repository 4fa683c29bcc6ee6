package dev.varve.testkit.decider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.common.NodePath;
import dev.varve.api.definition.Definition;
import dev.varve.api.definition.Node;
import dev.varve.api.execution.ExecutionEvent;
import dev.varve.api.execution.ExecutionStatus;
import dev.varve.api.execution.NodeStatus;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.command.core.definition.CompiledDefinition;
import dev.varve.command.core.definition.GraphRules;
import dev.varve.command.core.execution.ExecutionState;
import dev.varve.command.core.execution.NodeState;
import dev.varve.eventstore.EventTypes;
import dev.varve.eventstore.codec.EventJson;
import dev.varve.testkit.fold.IndependentFold;
import dev.varve.testkit.fold.NaiveInterpreter;
import dev.varve.testkit.fold.NaiveInterpreter.Standing;
import dev.varve.testkit.fold.NaiveInterpreter.Status;
import dev.varve.testkit.fold.NaiveInterpreter.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Random definitions, moved at random, compared after every move with a second interpreter. A
 * failing case names its seed; {@code -Dvarve.decider.seed=<seed> -Dvarve.decider.cases=1} runs it
 * alone. {@code -Dvarve.decider.cases} sets the number of cases.
 */
class ExecutionDeciderPropertyTest {
  private static final int CASES = Integer.getInteger("varve.decider.cases", 20_000);
  private static final long SEED = Long.getLong("varve.decider.seed", 20_260_101L);
  private static final int MOVES_MAX = 14;

  private final EventTypes types = EventTypes.standard();
  private final Set<String> transitions = new TreeSet<>();
  private final Set<RejectionCode> refusals = EnumSet.noneOf(RejectionCode.class);
  private final TreeMap<String, Integer> ends = new TreeMap<>();
  private int retries;
  private int suspensions;
  private int held;

  @Test
  void the_engine_does_what_a_second_interpreter_derives_from_the_definition() {
    for (int i = 0; i < CASES; i++) {
      long seed = SEED + i;
      try {
        trial(seed);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(
            "Failed; run it alone with -Dvarve.decider.seed=" + seed + " -Dvarve.decider.cases=1",
            e);
      }
    }

    System.out.println(
        "decider property test: seed %d, cases %d, retries %d, suspensions %d, held %d, ends %s"
            .formatted(SEED, CASES, retries, suspensions, held, ends));
    if (CASES >= 20_000) {
      assertThat(transitions)
          .contains(
              "ACTIVE-CANCELLED",
              "ACTIVE-COMPLETED",
              "ACTIVE-FAILED",
              "PENDING-ACTIVE",
              "PENDING-COMPLETED",
              "PENDING-FAILED",
              "PENDING-SKIPPED");
      assertThat(transitions).allMatch(t -> t.startsWith("PENDING-") || t.startsWith("ACTIVE-"));
      assertThat(refusals)
          .contains(
              RejectionCode.EXECUTION_EXISTS,
              RejectionCode.EXECUTION_NOT_FAILED,
              RejectionCode.EXECUTION_NOT_RUNNING,
              RejectionCode.EXECUTION_NOT_SUSPENDED,
              RejectionCode.EXECUTION_TERMINAL,
              RejectionCode.TASK_FENCED,
              RejectionCode.TASK_NOT_ACTIVE,
              RejectionCode.TIMER_NOT_PENDING);
      assertThat(retries).as("retries").isGreaterThan(CASES / 20);
      assertThat(suspensions).as("suspensions").isGreaterThan(CASES / 5);
      assertThat(held).as("nodes held").isGreaterThan(CASES / 10);
      assertThat(ends.keySet()).containsExactly("CANCELLED", "COMPLETED", "FAILED", "TIMED_OUT");
    }
  }

  private void trial(long seed) {
    Random random = new Random(seed);
    Definition definition = new RandomDefinitions(random, false).next();
    assertThat(GraphRules.check(definition)).isEmpty();
    Trial trial = new Trial(RandomDefinitions.compile(definition), random.nextInt(5));
    trial.start();
    check(trial, definition);
    for (int i = 0; i < MOVES_MAX; i++) {
      if (trial.state().terminal()) {
        if (!trial.retryable() || random.nextInt(3) == 0) {
          break;
        }
        trial.retry();
        check(trial, definition);
        retries++;
        continue;
      }
      List<Trial.Move> hopeless = trial.hopeless();
      refused(trial, hopeless.get(random.nextInt(hopeless.size())));
      List<Trial.Move> enabled = trial.enabled();
      if (!trial.suspended()) {
        assertThat(enabled).as("an execution that runs can go on").isNotEmpty();
      }
      Trial.Move move = pick(trial, enabled, random);
      List<NodeStatus> before = statuses(trial.state());
      int heldBefore = trial.heldCount();
      assertThat(trial.make(move)).isNull();
      note(before, statuses(trial.state()));
      held += trial.heldCount() > heldBefore ? 1 : 0;
      check(trial, definition);
    }
    finish(trial, definition, random.nextInt(3) == 0);
    suspensions += trial.suspensions();
    if (seed % 8 == 0) {
      checkLog(trial, definition, random);
    }
  }

  /** Mostly what leads on, so that runs get far; sometimes anything. */
  private static Trial.Move pick(Trial trial, List<Trial.Move> enabled, Random random) {
    int dice = random.nextInt(100);
    if (dice < 2) {
      return trial.cancellation();
    }
    if (enabled.isEmpty() || random.nextInt(100) < (trial.suspended() ? 25 : 10)) {
      return trial.suspensionOrResumption();
    }
    List<Trial.Move> onward = enabled.stream().filter(Trial.Move::onward).toList();
    List<Trial.Move> choice = dice < 80 && !onward.isEmpty() ? onward : enabled;
    return choice.get(random.nextInt(choice.size()));
  }

  /**
   * A fair end: whatever waits is completed, which takes one command for each node at most, and
   * what is suspended is resumed.
   *
   * @param hold suspends it first and resumes it when nothing else is left to do
   */
  private void finish(Trial trial, Definition definition, boolean hold) {
    int bound = definition.nodes().size() + 3;
    if (hold && trial.state().status() == ExecutionStatus.RUNNING) {
      assertThat(trial.make(trial.suspensionOrResumption())).isNull();
    }
    while (!trial.state().terminal()) {
      assertThat(bound--).as("moves left").isPositive();
      boolean resume = trial.suspended() && (!hold || trial.state().activeCount() == 0);
      assertThat(trial.make(resume ? trial.suspensionOrResumption() : completion(trial))).isNull();
      if (hold) {
        check(trial, definition);
      }
    }
    check(trial, definition);
    assertThat(trial.state().activeCount()).isZero();
    assertThat(trial.state().active()).isEmpty();
    ends.merge(String.valueOf(trial.state().status()), 1, Integer::sum);
    for (Trial.Move move : trial.hopeless()) {
      refused(trial, move);
    }
  }

  /** Ends the first active node well. */
  private static Trial.Move completion(Trial trial) {
    NodePath path = trial.state().active().getFirst();
    NodeState node = Objects.requireNonNull(trial.state().node(path));
    return node.attempt() > 0 ? trial.completion(path, node.attempt()) : trial.enabled().getFirst();
  }

  private void refused(Trial trial, Trial.Move move) {
    ExecutionState before = trial.state();
    RejectionCode code = trial.make(move);
    assertThat(code).isNotNull();
    refusals.add(Objects.requireNonNull(code));
    assertThat(trial.state()).isSameAs(before);
  }

  private static List<NodeStatus> statuses(ExecutionState state) {
    List<NodeStatus> all = new ArrayList<>();
    for (int i = 0; i < state.definition().nodeCount(); i++) {
      all.add(state.node(i).status());
    }
    return all;
  }

  private void note(List<NodeStatus> before, List<NodeStatus> after) {
    for (int i = 0; i < before.size(); i++) {
      if (before.get(i) != after.get(i)) {
        transitions.add(before.get(i) + "-" + after.get(i));
      }
    }
  }

  private static void check(Trial trial, Definition definition) {
    Verdict verdict = NaiveInterpreter.judge(definition, trial.input(), trial.history());
    ExecutionState state = trial.state();
    assertThat(String.valueOf(state.status())).isEqualTo(verdict.status());
    if (verdict.status().equals("COMPLETED")) {
      assertThat(state.output()).isEqualTo(verdict.output());
    }
    if (verdict.status().equals("FAILED")) {
      assertThat(verdict.causes()).contains(Objects.requireNonNull(state.error()).code());
    }
    for (int i = 0; i < definition.nodes().size(); i++) {
      String id = definition.nodes().get(i).id();
      NodeState node = state.node(i);
      assertThat(verdict.allowed(id)).as(id).contains(Status.valueOf(node.status().name()));
      Standing standing = Objects.requireNonNull(verdict.nodes().get(id));
      if (node.status() == NodeStatus.ACTIVE) {
        // what was said before a retry is gone from the history, the numbers go on
        assertThat(node.attempt())
            .as(id)
            .isBetween(
                standing.attempt(), trial.retries() == 0 ? standing.attempt() : Integer.MAX_VALUE);
        if (node.activity() != null && node.activity().task() != null) {
          assertThat(node.activity().task().input()).as(id).isEqualTo(standing.input());
        }
      }
      if (node.status() == NodeStatus.COMPLETED && standing.output() != null) {
        assertThat(node.output()).as(id).isEqualTo(standing.output());
      }
    }
  }

  /**
   * What the log keeps says the same: written and read, folded from a snapshot, folded by somebody
   * else.
   */
  private void checkLog(Trial trial, Definition definition, Random random) {
    List<ExecutionEvent> events = trial.events();
    int cut = random.nextInt(events.size()) + 1;
    ExecutionState folded = trial.decider().initialState();
    List<ObjectNode> log = new ArrayList<>();
    for (int i = 0; i < events.size(); i++) {
      ExecutionEvent event = events.get(i);
      String type = types.of(event.getClass()).name();
      byte[] json = types.write(event);
      ExecutionEvent read = (ExecutionEvent) types.read(type, 1, json);
      assertThat(read).isEqualTo(event);
      folded = trial.decider().evolve(folded, read);
      if (i + 1 == cut) {
        String snapshot = folded.toSnapshot().toString();
        folded =
            ExecutionState.fromSnapshot(
                JsonMapper.shared().readTree(snapshot), trial.definitions());
      }
      ObjectNode item = JsonNodeFactory.instance.objectNode();
      item.put("sequence", i).put("type", type);
      item.set("data", EventJson.mapper().readTree(json));
      log.add(item);
    }
    assertThat(folded).isEqualTo(trial.state());
    compare(
        IndependentFold.fold(log, definition.nodes().stream().map(node -> node.id()).toList()),
        trial);
  }

  private static void compare(ObjectNode view, Trial trial) {
    ExecutionState state = trial.state();
    assertThat(view.path("status").asString()).isEqualTo(String.valueOf(state.status()));
    if (state.output() != null) {
      assertThat(view.path("output")).isEqualTo(state.output());
    }
    for (int i = 0; i < state.definition().nodeCount(); i++) {
      NodeState node = state.node(i);
      JsonNode row = view.path("nodes").path(i);
      assertThat(row.path("status").asString()).isEqualTo(node.status().name());
      assertThat(row.path("attempts").size()).isEqualTo(node.attempt());
      if (node.output() != null) {
        assertThat(row.path("output")).isEqualTo(node.output());
      }
      if (node.skipReason() != null) {
        assertThat(row.path("skipReason").asString()).isEqualTo(node.skipReason());
      }
    }
  }

  @Test
  void independent_completions_in_any_order_give_the_same_state() {
    int compared = 0;
    for (int i = 0; i < CASES / 10; i++) {
      Random random = new Random(SEED + i);
      CompiledDefinition definition =
          RandomDefinitions.compile(new RandomDefinitions(random, true).next());
      int k = random.nextInt(5);
      Trial first = new Trial(definition, k);
      first.start();
      List<NodePath> waiting = tasks(first);
      if (waiting.size() < 2) {
        continue;
      }
      Trial second = new Trial(definition, k);
      second.start();
      List<NodePath> shuffled = new ArrayList<>(waiting);
      Collections.shuffle(shuffled, random);
      waiting.forEach(path -> assertThat(first.make(first.completion(path, 1))).isNull());
      shuffled.forEach(path -> assertThat(second.make(second.completion(path, 1))).isNull());
      assertThat(second.state()).as("seed %d", SEED + i).isEqualTo(first.state());
      compared++;
    }
    assertThat(compared).isGreaterThan(CASES / 100);
  }

  @Test
  void suspensions_that_nothing_failed_in_change_nothing_of_the_outcome() {
    int suspended = 0;
    for (int i = 0; i < CASES / 10; i++) {
      Random random = new Random(SEED + i);
      CompiledDefinition definition =
          RandomDefinitions.compile(new RandomDefinitions(random, true).next());
      int k = random.nextInt(5);
      Trial plain = new Trial(definition, k);
      plain.start();
      while (!plain.state().terminal()) {
        assertThat(plain.make(completion(plain))).isNull();
      }
      Trial paused = new Trial(definition, k);
      paused.start();
      while (!paused.state().terminal()) {
        boolean all = paused.suspended() && paused.state().activeCount() == 0;
        Trial.Move move =
            all || random.nextInt(3) == 0 ? paused.suspensionOrResumption() : completion(paused);
        assertThat(paused.make(move)).isNull();
      }
      assertThat(outcome(paused)).as("seed %d", SEED + i).isEqualTo(outcome(plain));
      suspended += paused.suspensions();
    }
    assertThat(suspended).isGreaterThan(CASES / 20);
  }

  /** How everything ended, but for the times that delays give out. */
  private static List<Object> outcome(Trial trial) {
    ExecutionState state = trial.state();
    List<Object> outcome = new ArrayList<>();
    outcome.add(String.valueOf(state.status()));
    outcome.add(String.valueOf(state.output()));
    for (int i = 0; i < state.definition().nodeCount(); i++) {
      NodeState node = state.node(i);
      outcome.add(node.status());
      outcome.add(node.attempt());
      outcome.add(String.valueOf(node.skipReason()));
      boolean delay = state.definition().node(i).node() instanceof Node.DelayNode;
      outcome.add(delay ? "" : String.valueOf(node.output()));
    }
    return outcome;
  }

  private static List<NodePath> tasks(Trial trial) {
    return trial.state().active().stream()
        .filter(path -> Objects.requireNonNull(trial.state().node(path)).attempt() > 0)
        .toList();
  }
}
