package dev.varve.benchmarks;

import java.util.HashMap;
import java.util.Map;

/** Arguments of a benchmark: {@code --name value} pairs. */
final class BenchArguments {
  private final Map<String, String> values = new HashMap<>();

  BenchArguments(String[] args, int from) {
    for (int i = from; i + 1 < args.length; i += 2) {
      if (!args[i].startsWith("--")) {
        throw new IllegalArgumentException("Expected --name value, but was " + args[i]);
      }
      values.put(args[i].substring(2), args[i + 1]);
    }
  }

  int number(String name, int whenAbsent) {
    String value = values.get(name);
    return value == null ? whenAbsent : Integer.parseInt(value);
  }

  String text(String name, String whenAbsent) {
    return values.getOrDefault(name, whenAbsent);
  }
}
