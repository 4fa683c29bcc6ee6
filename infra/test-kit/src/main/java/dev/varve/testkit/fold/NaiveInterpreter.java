package dev.varve.testkit.fold;

import dev.varve.api.definition.Definition;
import dev.varve.api.definition.Edge;
import dev.varve.api.definition.Effort;
import dev.varve.api.definition.Node;
import dev.varve.api.definition.RetryPolicy;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A deliberately naive second interpreter of definitions, written from the words of the definition
 * format and not from the engine. It keeps no state and follows no events: from the definition, the
 * input and everything that happened outside it derives by recursion, from each node back to the
 * entries, where each node must stand. Slow, and right or wrong in other ways than the engine.
 *
 * <p>Where the order of independent local work decides what a failure overtakes, it gives the set
 * of allowed answers. Expressions are those of the random definitions: {@code true}, {@code path <
 * number}, and members that are paths.
 */
public final class NaiveInterpreter {
  private final Definition definition;
  private final JsonNode input;
  private final List<Happening> history;
  private final Map<String, Standing> known = new HashMap<>();
  private final Set<String> causes = new TreeSet<>();
  private final Set<String> held = new HashSet<>();
  private boolean suspended;

  /** What can happen to a node or an execution from outside. */
  public enum What {
    /** The current attempt succeeded. */
    COMPLETED,
    /** The current attempt failed and trying again may help. */
    FAILED,
    /** The current attempt failed for good. */
    FAILED_FATALLY,
    /** The current attempt passed its deadline. */
    TIMED_OUT,
    /** The current attempt's owner went away. */
    LOST,
    /** The delay is over. */
    DELAY_OVER,
    /** The node used up its time. */
    DEADLINE,
    /** Somebody cancelled the execution. */
    CANCEL,
    /** The execution used up its time. */
    EXECUTION_TIMEOUT,
    /** Somebody suspended the execution. */
    SUSPEND,
    /** Somebody let it go on again. */
    RESUME
  }

  /**
   * One thing that happened.
   *
   * @param what which
   * @param nodeId to which node; empty for the execution
   * @param output with what output; null unless COMPLETED
   */
  public record Happening(What what, String nodeId, @Nullable JsonNode output) {}

  /** Names of node statuses, as views write them. */
  public enum Status {
    /** Not reached. */
    PENDING,
    /** Waits. */
    ACTIVE,
    /** Done. */
    COMPLETED,
    /** Failed. */
    FAILED,
    /** Ruled out. */
    SKIPPED,
    /** Was active at the end. */
    CANCELLED
  }

  /**
   * Where a node stands.
   *
   * @param status if nothing overtakes it
   * @param output its output; null unless COMPLETED
   * @param attempt the current or last attempt; 0 without outside work
   * @param input the resolved configuration; null when it was not reached
   */
  public record Standing(
      Status status, @Nullable JsonNode output, int attempt, @Nullable JsonNode input) {}

  /**
   * Where everything stands.
   *
   * @param status name of the execution's status
   * @param output its output; null unless COMPLETED
   * @param causes codes of every error that may have ended it; empty unless FAILED
   * @param nodes where each node stands if nothing overtakes it
   */
  public record Verdict(
      String status, @Nullable JsonNode output, Set<String> causes, Map<String, Standing> nodes) {
    /** Returns the statuses that node may have, the end of the execution considered. */
    public Set<Status> allowed(String nodeId) {
      Standing standing = Objects.requireNonNull(nodes.get(nodeId));
      boolean local = standing.attempt() == 0;
      return switch (status) {
        case "RUNNING", "SUSPENDED", "COMPLETED" -> EnumSet.of(standing.status());
        case "CANCELLED", "TIMED_OUT" ->
            EnumSet.of(standing.status() == Status.ACTIVE ? Status.CANCELLED : standing.status());
        default ->
            switch (standing.status()) {
              case COMPLETED ->
                  local
                      ? EnumSet.of(Status.COMPLETED, Status.CANCELLED, Status.PENDING)
                      : EnumSet.of(Status.COMPLETED);
              case ACTIVE -> EnumSet.of(Status.CANCELLED, Status.PENDING);
              case FAILED -> EnumSet.of(Status.FAILED, Status.CANCELLED, Status.PENDING);
              case SKIPPED -> EnumSet.of(Status.SKIPPED, Status.PENDING);
              case PENDING, CANCELLED -> EnumSet.of(Status.PENDING);
            };
      };
    }
  }

  private enum Decided {
    TAKEN,
    NOT_TAKEN,
    OPEN
  }

  private NaiveInterpreter(Definition definition, JsonNode input, List<Happening> history) {
    this.definition = definition;
    this.input = input;
    this.history = history;
    for (Happening happening : history) {
      What what = happening.what();
      if (what == What.SUSPEND || what == What.RESUME) {
        suspended = what == What.SUSPEND;
        held.clear();
      } else if (suspended && (what == What.COMPLETED || what == What.DELAY_OVER)) {
        held.add(happening.nodeId());
      }
    }
  }

  /**
   * Says where an execution must stand after {@code history}, which holds only what was accepted.
   */
  public static Verdict judge(Definition definition, JsonNode input, List<Happening> history) {
    return new NaiveInterpreter(definition, input, history).verdict();
  }

  private Verdict verdict() {
    Map<String, Standing> nodes = new HashMap<>();
    for (Node node : definition.nodes()) {
      nodes.put(node.id(), standing(node));
    }
    for (Edge edge : definition.edges()) {
      decided(edge);
    }
    if (!causes.isEmpty()) {
      return new Verdict("FAILED", null, causes, nodes);
    }
    for (Happening happening : history) {
      if (happening.what() == What.CANCEL) {
        return new Verdict("CANCELLED", null, causes, nodes);
      }
      if (happening.what() == What.EXECUTION_TIMEOUT) {
        return new Verdict("TIMED_OUT", null, causes, nodes);
      }
    }
    if (suspended || nodes.values().stream().anyMatch(each -> each.status() == Status.ACTIVE)) {
      return new Verdict(suspended ? "SUSPENDED" : "RUNNING", null, causes, nodes);
    }
    JsonNode template = definition.output();
    JsonNode output = template == null ? JsonNodeFactory.instance.nullNode() : resolved(template);
    if (output == null) {
      causes.add("expression.error");
      return new Verdict("FAILED", null, causes, nodes);
    }
    return new Verdict("COMPLETED", output, causes, nodes);
  }

  private Node node(String id) {
    for (Node node : definition.nodes()) {
      if (node.id().equals(id)) {
        return node;
      }
    }
    throw new IllegalArgumentException(id);
  }

  private Standing standing(Node node) {
    Standing standing = known.get(node.id());
    if (standing == null) {
      standing =
          switch (reached(node)) {
            case OPEN -> new Standing(Status.PENDING, null, 0, null);
            case NOT_TAKEN -> new Standing(Status.SKIPPED, null, 0, null);
            case TAKEN -> run(node);
          };
      known.put(node.id(), standing);
    }
    return standing;
  }

  private Decided reached(Node node) {
    int all = 0;
    int taken = 0;
    int open = 0;
    for (Edge edge : definition.edges()) {
      if (edge.to().equals(node.id())) {
        all++;
        Decided decided = decided(edge);
        taken += decided == Decided.TAKEN ? 1 : 0;
        open += decided == Decided.OPEN ? 1 : 0;
      }
    }
    if (all == 0) {
      return Decided.TAKEN;
    }
    int required = node.join().required();
    if (required == 0) {
      return open > 0 ? Decided.OPEN : taken > 0 ? Decided.TAKEN : Decided.NOT_TAKEN;
    }
    return taken >= required
        ? Decided.TAKEN
        : taken + open < required ? Decided.NOT_TAKEN : Decided.OPEN;
  }

  /** Edges that leave a node which completed in the present suspension are not looked at. */
  private Decided decided(Edge edge) {
    Status status = standing(node(edge.from())).status();
    if (held.contains(edge.from())) {
      return Decided.OPEN;
    }
    return switch (status) {
      case PENDING, ACTIVE, FAILED, CANCELLED -> Decided.OPEN;
      case SKIPPED -> Decided.NOT_TAKEN;
      case COMPLETED -> edge.otherwise() ? otherwise(edge) : ordinary(edge);
    };
  }

  private Decided otherwise(Edge otherwise) {
    Decided answer = Decided.TAKEN;
    for (Edge edge : definition.edges()) {
      if (edge.from().equals(otherwise.from()) && !edge.otherwise()) {
        Decided ordinary = ordinary(edge);
        if (ordinary == Decided.OPEN) {
          return Decided.OPEN;
        }
        answer = ordinary == Decided.TAKEN ? Decided.NOT_TAKEN : answer;
      }
    }
    return answer;
  }

  /** An edge whose condition has no value stays open for ever and is a cause of failure. */
  private Decided ordinary(Edge edge) {
    String when = edge.when();
    if (when == null) {
      return Decided.TAKEN;
    }
    String[] sides = when.split(" < ", -1);
    if (sides.length == 1) {
      return when.equals("true") ? Decided.TAKEN : Decided.NOT_TAKEN;
    }
    JsonNode left = lookup(sides[0]);
    if (left == null) {
      causes.add("expression.error");
      return Decided.OPEN;
    }
    return left.asInt() < Integer.parseInt(sides[1]) ? Decided.TAKEN : Decided.NOT_TAKEN;
  }

  private Standing run(Node node) {
    JsonNode config = resolved(node.with());
    if (config == null) {
      return failed("expression.error", 0, null);
    }
    return switch (node) {
      case Node.TransformNode _, Node.EndNode _ ->
          new Standing(Status.COMPLETED, config, 0, config);
      case Node.FailNode _ -> failed(config.path("code").asString("failed"), 0, config);
      case Node.DelayNode _ -> delay(node, config);
      case Node.TaskNode task -> outside(task.id(), task.effort(), config);
      case Node.HttpNode http -> outside(http.id(), http.effort(), config);
    };
  }

  private Standing failed(String code, int attempt, @Nullable JsonNode config) {
    causes.add(code);
    return new Standing(Status.FAILED, null, attempt, config);
  }

  private Standing delay(Node node, JsonNode config) {
    boolean over = config.path("duration").asString().equals("PT0S");
    for (Happening happening : of(node.id())) {
      over |= happening.what() == What.DELAY_OVER;
    }
    return new Standing(over ? Status.COMPLETED : Status.ACTIVE, null, 0, config);
  }

  private Standing outside(String id, Effort effort, JsonNode config) {
    int attempt = 1;
    int failures = 0;
    for (Happening happening : of(id)) {
      switch (happening.what()) {
        case COMPLETED -> {
          return new Standing(Status.COMPLETED, happening.output(), attempt, config);
        }
        case LOST -> attempt++;
        case DEADLINE -> {
          return failed("timeout", attempt, config);
        }
        case FAILED, FAILED_FATALLY, TIMED_OUT -> {
          failures++;
          String code = code(happening.what());
          if (!again(effort.retry(), failures, code, happening.what() != What.FAILED_FATALLY)) {
            return failed(code, attempt, config);
          }
          attempt++;
        }
        case DELAY_OVER, CANCEL, EXECUTION_TIMEOUT, SUSPEND, RESUME ->
            throw new IllegalArgumentException(id);
      }
    }
    return new Standing(Status.ACTIVE, null, attempt, config);
  }

  private static boolean again(RetryPolicy policy, int failures, String code, boolean helps) {
    if (failures >= policy.maxAttempts() || policy.noRetryOn().contains(code)) {
      return false;
    }
    return helps || policy.retryOn().contains(code);
  }

  /** Returns the code of the error that such a failure is reported with. */
  public static String code(What what) {
    return switch (what) {
      case FAILED -> "flaky";
      case FAILED_FATALLY -> "fatal";
      case TIMED_OUT, DEADLINE -> "timeout";
      case COMPLETED, LOST, DELAY_OVER, CANCEL, EXECUTION_TIMEOUT, SUSPEND, RESUME ->
          throw new IllegalArgumentException(what.name());
    };
  }

  private List<Happening> of(String nodeId) {
    List<Happening> own = new ArrayList<>();
    for (Happening happening : history) {
      if (happening.nodeId().equals(nodeId)) {
        own.add(happening);
      }
    }
    return own;
  }

  /** Returns the configuration with its paths followed; null when one leads nowhere. */
  private @Nullable JsonNode resolved(JsonNode config) {
    ObjectNode resolved = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> member : config.properties()) {
      JsonNode value = member.getValue();
      if (value.isString() && value.asString().startsWith("${")) {
        value = lookup(value.asString().substring(2, value.asString().length() - 1));
        if (value == null) {
          return null;
        }
      }
      resolved.set(member.getKey(), value);
    }
    return resolved;
  }

  private @Nullable JsonNode lookup(String path) {
    List<String> names = List.of(path.split("\\.", -1));
    JsonNode value = names.getFirst().equals("input") ? input : null;
    int next = 1;
    if (names.getFirst().equals("nodes")) {
      value = standing(node(names.get(1))).output();
      next = 3;
    }
    for (String name : names.subList(next, names.size())) {
      value = value == null ? null : value.get(name);
    }
    return value;
  }
}
