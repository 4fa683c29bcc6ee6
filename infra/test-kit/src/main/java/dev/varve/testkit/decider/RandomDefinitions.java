package dev.varve.testkit.decider;

import dev.varve.api.definition.Definition;
import dev.varve.api.definition.Edge;
import dev.varve.api.definition.Effort;
import dev.varve.api.definition.Join;
import dev.varve.api.definition.Node;
import dev.varve.api.definition.RetryPolicy;
import dev.varve.command.core.definition.CompiledDefinition;
import dev.varve.command.core.definition.InputCheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Random acyclic definitions of 1 to 40 nodes with every type of node, kind of edge and join,
 * retries, time limits, and now and then an expression without a value. The same seed gives the
 * same definition.
 */
public final class RandomDefinitions {
  /** The name of every definition made here. */
  public static final String NAME = "random";

  private final Random random;
  private final boolean calm;

  /**
   * Makes a generator.
   *
   * @param random where chance comes from
   * @param calm true for definitions that cannot fail by themselves: no fail nodes, no wrong
   *     expressions
   */
  public RandomDefinitions(Random random, boolean calm) {
    this.random = random;
    this.calm = calm;
  }

  /** Compiles a definition as version 1. */
  public static CompiledDefinition compile(Definition definition) {
    return CompiledDefinition.compile(
        definition, 1, "random-1", new PathExpressions(), schema -> InputCheck.ANYTHING);
  }

  /**
   * Returns the next definition. Its input has the member {@code k}, outputs of tasks have {@code
   * n}.
   */
  public Definition next() {
    int size = random.nextInt(20) == 0 ? 10 + random.nextInt(31) : 1 + random.nextInt(9);
    List<Edge> edges = new ArrayList<>();
    List<Node> nodes = new ArrayList<>();
    List<String> sources = new ArrayList<>();
    int[] incoming = new int[size];
    String[] single = new String[size];
    for (int i = 0; i < size; i++) {
      String id = "n" + i;
      int wanted = sources.isEmpty() ? 0 : random.nextInt(4);
      for (int k = 0; k < wanted; k++) {
        String from = sources.get(random.nextInt(sources.size()));
        edges.add(edge(from, id, edges));
        single[i] = from;
        incoming[i]++;
      }
      Node node = node(id, incoming[i], incoming[i] == 1 ? single[i] : null);
      nodes.add(node);
      if (!(node instanceof Node.EndNode) && !(node instanceof Node.FailNode)) {
        sources.add(id);
      }
    }
    return new Definition(
        NAME,
        null,
        null,
        JsonNodeFactory.instance.objectNode(),
        chance(10) ? Duration.ofHours(1) : null,
        nodes,
        edges,
        output(),
        Map.of());
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  private Edge edge(String from, String to, List<Edge> edges) {
    boolean hasOtherwise =
        edges.stream().anyMatch(edge -> edge.from().equals(from) && edge.otherwise());
    if (chance(15) && !hasOtherwise) {
      return new Edge(from, to, null, true);
    }
    if (chance(45)) {
      String path = !calm && chance(3) ? "nodes." + from + ".output.missing" : "input.k";
      return new Edge(from, to, path + " < " + random.nextInt(5), false);
    }
    return new Edge(from, to, null, false);
  }

  private Node node(String id, int incoming, @Nullable String single) {
    Join join = join(incoming);
    int kind = random.nextInt(100);
    if (kind < 55) {
      return new Node.TaskNode(id, null, with(single), join, effort(), "echo");
    }
    if (kind < 62) {
      return new Node.HttpNode(id, null, with(single), join, effort());
    }
    if (kind < 82) {
      return new Node.TransformNode(id, null, with(single), join);
    }
    if (kind < 90) {
      ObjectNode with = JsonNodeFactory.instance.objectNode();
      with.put("duration", chance(20) ? "PT0S" : "PT30S");
      return new Node.DelayNode(id, null, with, join);
    }
    if (kind < 96 || calm) {
      return new Node.EndNode(id, null, JsonNodeFactory.instance.objectNode(), join);
    }
    return new Node.FailNode(
        id, null, JsonNodeFactory.instance.objectNode().put("code", "told-to"), join);
  }

  private Join join(int incoming) {
    if (incoming < 2 || chance(50)) {
      return Join.ALL;
    }
    return chance(50) ? Join.ANY : new Join(1 + random.nextInt(incoming));
  }

  private JsonNode with(@Nullable String single) {
    ObjectNode with = JsonNodeFactory.instance.objectNode();
    with.put("n", random.nextInt(5));
    if (chance(30)) {
      with.put("k", "${input.k}");
    }
    if (!calm && chance(3)) {
      with.put("x", single == null ? "${input.missing}" : "${nodes." + single + ".output.n}");
    }
    return with;
  }

  private Effort effort() {
    return new Effort(
        chance(30) ? Duration.ofSeconds(10) : null,
        chance(15) ? Duration.ofMinutes(10) : null,
        chance(50)
            ? RetryPolicy.NONE
            : new RetryPolicy(
                1 + random.nextInt(3),
                Duration.ofSeconds(1),
                2,
                Duration.ofSeconds(20),
                chance(20) ? List.of("fatal") : List.of(),
                chance(20) ? List.of("timeout") : List.of()));
  }

  private @Nullable JsonNode output() {
    if (chance(40)) {
      return null;
    }
    String value = !calm && chance(4) ? "${input.missing}" : "${input.k}";
    return JsonNodeFactory.instance.objectNode().put("k", value);
  }
}
