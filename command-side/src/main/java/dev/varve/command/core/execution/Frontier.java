package dev.varve.command.core.execution;

import dev.varve.api.common.ErrorInfo;
import dev.varve.api.common.Limits;
import dev.varve.api.common.NodePath;
import dev.varve.api.execution.NodeStatus;
import dev.varve.api.execution.SkippedNode;
import dev.varve.api.task.ScheduledTask;
import dev.varve.api.task.ScheduledTimer;
import dev.varve.command.core.DecisionContext;
import dev.varve.command.core.definition.CompiledDefinition;
import dev.varve.command.core.definition.CompiledEdge;
import dev.varve.command.core.definition.CompiledNode;
import dev.varve.command.core.execution.node.Activation;
import dev.varve.command.core.execution.node.NodeBehaviors;
import dev.varve.command.core.expression.Evaluation;
import dev.varve.command.core.expression.Template;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far one event moves an execution: edges decided, nodes activated, nodes skipped. Mutable, for
 * one decision step; the state it starts from is not changed. Dead paths are followed with a queue,
 * never by recursion: a node whose last undecided edge is ruled out is skipped, and with it all its
 * leaving edges.
 */
final class Frontier {
  /** Left free in an event for names, times and what storing adds. */
  private static final int RESERVE_BYTES = 64 * 1024;

  static final long BYTES_MAX = Limits.EVENT_PAYLOAD_BYTES_MAX - RESERVE_BYTES;

  private static final int LIST_ITEM_BYTES = 32;

  private final ExecutionState state;
  private final CompiledDefinition definition;
  private final DecisionScope scope;
  private final DecisionContext context;
  private final List<String> taken = new ArrayList<>(1);
  private final List<NodePath> activated = new ArrayList<>(1);
  private final List<ScheduledTask> scheduled = new ArrayList<>(1);
  private final List<ScheduledTimer> timers = new ArrayList<>(0);
  private final List<SkippedNode> skipped = new ArrayList<>(0);
  private final List<Ready> ready = new ArrayList<>(0);
  private @Nullable Map<Integer, Counts> counts;
  private @Nullable Deque<CompiledNode> dead;
  private @Nullable ErrorInfo failure;
  private long bytes;

  /** A node that can go on within the same command. */
  record Ready(CompiledNode node, Activation activation) {}

  /** Decided edges of a node with several incoming edges, while this step lasts. */
  private static final class Counts {
    private int undecided;
    private int taken;
    private boolean settled;
  }

  Frontier(ExecutionState state, DecisionScope scope, DecisionContext context, long payloadBytes) {
    this.state = state;
    this.definition = state.definition();
    this.scope = scope;
    this.context = context;
    this.bytes = payloadBytes;
  }

  /** Activates the nodes without incoming edges. */
  void enter() {
    for (int k = 0; k < definition.entryCount(); k++) {
      activate(definition.entry(k));
    }
  }

  /**
   * Decides the edges that leave {@code node}, which completed, and everything that follows from
   * that at once.
   */
  void leave(CompiledNode node) {
    int count = node.outgoingCount();
    boolean[] decisions = new boolean[count];
    boolean any = false;
    for (int k = 0; k < count; k++) {
      CompiledEdge edge = definition.edge(node.outgoing(k));
      if (!edge.otherwise()) {
        decisions[k] = holds(edge);
        any |= decisions[k];
      }
      if (failure != null) {
        return;
      }
    }
    for (int k = 0; k < count; k++) {
      CompiledEdge edge = definition.edge(node.outgoing(k));
      decide(edge, edge.otherwise() ? !any : decisions[k], false);
    }
    followDeadPaths();
  }

  private boolean holds(CompiledEdge edge) {
    Template condition = edge.condition();
    if (condition == null) {
      return true;
    }
    return switch (condition.evaluate(scope)) {
      case Evaluation.Value(var value) when value.isBoolean() -> value.booleanValue();
      case Evaluation.Value(var value) -> {
        failure =
            Faults.at(
                edge.pointer(),
                ErrorInfo.of(
                    Faults.EXPRESSION,
                    "Expected a condition to be true or false, but it is a "
                        + value.getNodeType().name().toLowerCase(Locale.ROOT)));
        yield false;
      }
      case Evaluation.Failure(var error) -> {
        failure = Faults.at(edge.pointer(), error);
        yield false;
      }
    };
  }

  private void decide(CompiledEdge edge, boolean isTaken, boolean sourceSkipped) {
    if (isTaken) {
      taken.add(edge.label());
      bytes += edge.label().length() + LIST_ITEM_BYTES;
    }
    CompiledNode target = definition.node(edge.to());
    if (target.incomingCount() == 1) {
      if (isTaken) {
        activate(target);
      } else {
        skip(target, reason(edge, sourceSkipped));
      }
      return;
    }
    Counts known = countsOf(target);
    if (known.settled) {
      return;
    }
    known.undecided--;
    known.taken += isTaken ? 1 : 0;
    settle(target, known);
  }

  private static String reason(CompiledEdge edge, boolean sourceSkipped) {
    String why =
        sourceSkipped
            ? edge.edge().from() + " was skipped"
            : edge.otherwise() ? "another edge was taken" : "when was false";
    return "no incoming edge was taken: " + edge.label() + " (" + why + ")";
  }

  private static String reason(CompiledNode target, int required) {
    return required > 1
        ? "join " + required + " cannot be met by the " + target.incomingCount() + " incoming edges"
        : "none of the " + target.incomingCount() + " incoming edges was taken";
  }

  private Counts countsOf(CompiledNode target) {
    Map<Integer, Counts> all = counts;
    if (all == null) {
      all = new HashMap<>();
      counts = all;
    }
    Counts known = all.get(target.index());
    if (known == null) {
      NodeState before = state.node(target.index());
      known = new Counts();
      known.undecided = before.undecided();
      known.taken = before.taken();
      known.settled = before.status() != NodeStatus.PENDING;
      all.put(target.index(), known);
    }
    return known;
  }

  private void settle(CompiledNode target, Counts known) {
    int required = target.node().join().required();
    boolean runs =
        required == 0 ? known.undecided == 0 && known.taken > 0 : known.taken >= required;
    if (runs) {
      known.settled = true;
      activate(target);
    } else if (known.taken + known.undecided < Math.max(1, required)) {
      known.settled = true;
      skip(target, reason(target, required));
    }
  }

  private void skip(CompiledNode node, String reason) {
    skipped.add(new SkippedNode(node.path(), reason));
    bytes += node.id().length() + reason.length() + LIST_ITEM_BYTES;
    if (node.outgoingCount() > 0) {
      Deque<CompiledNode> queue = dead;
      if (queue == null) {
        queue = new ArrayDeque<>();
        dead = queue;
      }
      queue.add(node);
    }
  }

  private void followDeadPaths() {
    Deque<CompiledNode> queue = dead;
    while (queue != null && !queue.isEmpty()) {
      CompiledNode node = queue.remove();
      for (int k = 0; k < node.outgoingCount(); k++) {
        decide(definition.edge(node.outgoing(k)), false, true);
      }
    }
  }

  /** Activates nodes again that were active before. */
  void activate(List<CompiledNode> nodes) {
    nodes.forEach(this::activate);
  }

  private void activate(CompiledNode node) {
    activated.add(node.path());
    bytes += node.id().length() + LIST_ITEM_BYTES;
    Activation activation = activationOf(node);
    switch (activation) {
      case Activation.Scheduled(var task, var deadline) -> {
        scheduled.add(task.withAttempt(state.node(node.index()).attempt() + 1));
        if (deadline != null) {
          timers.add(new ScheduledTimer(ScheduledTimer.Kind.NODE_DEADLINE, node.path(), deadline));
        }
      }
      case Activation.Waiting(var dueAt) ->
          timers.add(new ScheduledTimer(ScheduledTimer.Kind.DELAY, node.path(), dueAt));
      case Activation.Completed _, Activation.Failed _ -> ready.add(new Ready(node, activation));
    }
  }

  private Activation activationOf(CompiledNode node) {
    return switch (node.config().evaluate(scope)) {
      case Evaluation.Failure(var error) -> new Activation.Failed(Faults.at(node.pointer(), error));
      case Evaluation.Value(var config) -> {
        long size = JsonSize.of(config, Limits.PAYLOAD_BYTES_MAX);
        if (size > Limits.PAYLOAD_BYTES_MAX) {
          yield new Activation.Failed(
              Faults.at(
                  node.pointer(), Faults.tooLarge("the configuration", Limits.PAYLOAD_BYTES_MAX)));
        }
        Activation activation =
            NodeBehaviors.of(node.node()).activate(node, config, context.now(), context.owner());
        if (activation instanceof Activation.Scheduled) {
          bytes += size + 8L * LIST_ITEM_BYTES;
        }
        yield activation;
      }
    };
  }

  /** Tells whether the event would be larger than one may be. */
  boolean tooLarge() {
    return bytes > BYTES_MAX;
  }

  /** Returns why a condition could not be decided; null when all could. */
  @Nullable ErrorInfo failure() {
    return failure;
  }

  List<String> taken() {
    return List.copyOf(taken);
  }

  List<NodePath> activated() {
    return List.copyOf(activated);
  }

  List<ScheduledTask> scheduled() {
    return List.copyOf(scheduled);
  }

  List<ScheduledTimer> timers() {
    return List.copyOf(timers);
  }

  void timer(ScheduledTimer timer) {
    timers.addFirst(timer);
  }

  List<SkippedNode> skipped() {
    return List.copyOf(skipped);
  }

  /** Returns the activated nodes that can go on within the same command, in order. */
  List<Ready> ready() {
    return ready;
  }
}
