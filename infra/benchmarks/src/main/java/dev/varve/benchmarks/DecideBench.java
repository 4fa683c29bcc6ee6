package dev.varve.benchmarks;

import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.NodePath;
import dev.varve.api.common.TenantId;
import dev.varve.api.definition.Definition;
import dev.varve.api.definition.Edge;
import dev.varve.api.definition.Effort;
import dev.varve.api.definition.Join;
import dev.varve.api.definition.Node;
import dev.varve.api.execution.ExecutionCommand;
import dev.varve.api.execution.ExecutionCommand.CompleteTask;
import dev.varve.api.execution.ExecutionCommand.StartExecution;
import dev.varve.api.execution.ExecutionEvent;
import dev.varve.command.core.Decision;
import dev.varve.command.core.DecisionContext;
import dev.varve.command.core.definition.CompiledDefinition;
import dev.varve.command.core.definition.InputCheck;
import dev.varve.command.core.execution.ExecutionDecider;
import dev.varve.command.core.execution.ExecutionState;
import dev.varve.command.core.expression.Evaluation;
import dev.varve.command.core.expression.ExpressionCompiler;
import dev.varve.command.core.expression.Template;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What deciding costs: CPU time of decide and evolve per step of a sequential workflow of tasks
 * with 100-byte outputs, without expressions, for growing graphs. One thread, median of five rounds
 * after two to warm up. Goals: less than 5 µs per step at 10 nodes, and at most 1.5 times that at
 * 10,000.
 */
public final class DecideBench {
  private static final int STEPS = 200_000;
  private static final int ROUNDS = 7;
  private static final int WARM_UP = 2;
  private static final JsonNode EMPTY = JsonNodeFactory.instance.objectNode();
  private static final JsonNode OUTPUT =
      JsonNodeFactory.instance.objectNode().put("payload", "x".repeat(86));
  private static final ExecutionId ID = new ExecutionId(new UUID(0x0190_0000_0000_7000L, 1));

  private final int size;
  private final ExecutionDecider decider;
  private final DecisionContext context;

  private DecideBench(int size) {
    CompiledDefinition definition =
        CompiledDefinition.compile(
            chain(size), 1, "bench", new Constants(), schema -> InputCheck.ANYTHING);
    this.size = size;
    this.decider = new ExecutionDecider((name, version) -> definition);
    this.context =
        new DecisionContext(
            Instant.EPOCH, "bench", TenantId.DEFAULT, (name, version) -> definition);
  }

  /** Runs the measurement and prints one line per size. */
  public static void main(String[] args) {
    for (int size : new int[] {10, 100, 1_000, 10_000}) {
      System.out.printf(
          "%,7d nodes: %.2f µs of CPU per step%n", size, new DecideBench(size).medianMicros());
    }
  }

  private static Definition chain(int size) {
    List<Node> nodes = new ArrayList<>();
    List<Edge> edges = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      nodes.add(new Node.TaskNode("n" + i, null, EMPTY, Join.ALL, Effort.DEFAULT, "echo"));
      if (i > 0) {
        edges.add(new Edge("n" + (i - 1), "n" + i, null, false));
      }
    }
    return new Definition("bench", null, null, EMPTY, null, nodes, edges, null, Map.of());
  }

  private double medianMicros() {
    double[] rounds = new double[ROUNDS - WARM_UP];
    for (int i = 0; i < ROUNDS; i++) {
      double micros = round();
      if (i >= WARM_UP) {
        rounds[i - WARM_UP] = micros;
      }
    }
    Arrays.sort(rounds);
    return rounds[rounds.length / 2];
  }

  private double round() {
    long begin = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    for (int i = 0; i < STEPS / size; i++) {
      execution();
    }
    long nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begin;
    return nanos / 1_000.0 / STEPS;
  }

  private void execution() {
    ExecutionState state =
        step(decider.initialState(), new StartExecution(ID, "bench", null, EMPTY, null, Map.of()));
    for (int i = 0; i < size; i++) {
      state = step(state, new CompleteTask(ID, new NodePath("n" + i), 1, OUTPUT));
    }
    if (!state.terminal()) {
      throw new IllegalStateException("Expected the execution to end");
    }
  }

  private ExecutionState step(ExecutionState state, ExecutionCommand command) {
    return switch (decider.decide(state, command, context)) {
      case Decision.Accepted<ExecutionEvent>(var events, var _) -> {
        ExecutionState after = state;
        for (ExecutionEvent event : events) {
          after = decider.evolve(after, event);
        }
        yield after;
      }
      case Decision.Rejected<ExecutionEvent>(var rejection) ->
          throw new IllegalStateException(rejection.detail());
    };
  }

  /** Expressions are measured elsewhere. */
  private static final class Constants implements ExpressionCompiler {
    @Override
    public Template template(JsonNode config, Set<String> nodeIds) {
      Evaluation value = new Evaluation.Value(config);
      return scope -> value;
    }

    @Override
    public Template condition(String expression, Set<String> nodeIds) {
      throw new UnsupportedOperationException("No conditions here");
    }
  }
}
