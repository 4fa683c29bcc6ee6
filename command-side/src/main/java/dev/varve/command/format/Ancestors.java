package dev.varve.command.format;

import dev.varve.api.definition.Definition;
import dev.varve.api.definition.Edge;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which nodes lie on a way to which: only those can have completed before. */
final class Ancestors {
  private final Map<String, Integer> indexes = new HashMap<>();
  private final BitSet[] before;

  private Ancestors(Definition definition) {
    definition.nodes().forEach(node -> indexes.putIfAbsent(node.id(), indexes.size()));
    before = new BitSet[indexes.size()];
    for (int i = 0; i < before.length; i++) {
      before[i] = new BitSet();
    }
  }

  /** Follows the edges; null when they form a cycle, for then nothing can be said. */
  static @Nullable Ancestors of(Definition definition) {
    Ancestors ancestors = new Ancestors(definition);
    return ancestors.follow(definition) ? ancestors : null;
  }

  private boolean follow(Definition definition) {
    List<List<Integer>> outgoing = new ArrayList<>();
    int[] incoming = new int[before.length];
    for (int i = 0; i < before.length; i++) {
      outgoing.add(new ArrayList<>(2));
    }
    for (Edge edge : definition.edges()) {
      Integer from = indexes.get(edge.from());
      Integer to = indexes.get(edge.to());
      if (from != null && to != null) {
        outgoing.get(from).add(to);
        incoming[to]++;
      }
    }
    Deque<Integer> ready = new ArrayDeque<>();
    for (int i = 0; i < incoming.length; i++) {
      if (incoming[i] == 0) {
        ready.add(i);
      }
    }
    int done = 0;
    while (!ready.isEmpty()) {
      int node = ready.remove();
      done++;
      for (int next : outgoing.get(node)) {
        before[next].or(before[node]);
        before[next].set(node);
        if (--incoming[next] == 0) {
          ready.add(next);
        }
      }
    }
    return done == before.length;
  }

  /** Tells whether a way leads from {@code earlier} to {@code later}. */
  boolean isBefore(String earlier, String later) {
    Integer first = indexes.get(earlier);
    Integer second = indexes.get(later);
    return first != null && second != null && before[second].get(first);
  }
}
