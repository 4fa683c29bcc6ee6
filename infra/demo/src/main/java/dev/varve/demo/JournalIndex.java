package dev.varve.demo;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where each line of the journal is, and the counts: a few bytes per call in memory, the rest stays
 * on disk.
 */
final class JournalIndex {

  private static final class Offsets {
    private long[] values = new long[4];
    private int size;

    void add(long value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, size * 2);
      }
      values[size++] = value;
    }

    long[] from(int first, int count) {
      return Arrays.copyOfRange(values, Math.min(first, size), Math.min(size, first + count));
    }
  }

  private static final class Counts {
    private long calls;
    private long effects;
    private long repeats;
    private long faults;

    void add(Call call) {
      calls++;
      effects += call.effect() ? 1 : 0;
      repeats += call.repeated() ? 1 : 0;
      faults += call.fault() ? 1 : 0;
    }

    ObjectNode toJson() {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      json.put("calls", calls);
      json.put("effects", effects);
      json.put("repeats", repeats);
      json.put("faults", faults);
      return json;
    }
  }

  private final Offsets all = new Offsets();
  private final Map<String, Offsets> byKey = new HashMap<>();
  private final Map<String, Long> firstAnswer = new HashMap<>();
  private final Counts total = new Counts();
  private final Map<String, Counts> byPath = new TreeMap<>();

  synchronized void add(Call call, long offset) {
    all.add(offset);
    total.add(call);
    byPath.computeIfAbsent(call.path(), path -> new Counts()).add(call);
    if (call.key() != null) {
      byKey.computeIfAbsent(call.key(), key -> new Offsets()).add(offset);
      if (call.effect()) {
        firstAnswer.putIfAbsent(scope(call.path(), call.key()), offset);
      }
    }
  }

  synchronized long size() {
    return all.size;
  }

  /** Where the line is that a repeat of this key must get again. */
  synchronized Optional<Long> firstAnswer(String path, String key) {
    return Optional.ofNullable(firstAnswer.get(scope(path, key)));
  }

  /** Offsets of calls after a sequence number, in order. */
  synchronized long[] after(long sequence, int limit) {
    return all.from((int) Math.min(sequence, Integer.MAX_VALUE), limit);
  }

  /** Offsets of the calls with a key, in order. */
  synchronized long[] ofKey(String key, int limit) {
    Offsets offsets = byKey.get(key);
    return offsets == null ? new long[0] : offsets.from(0, limit);
  }

  synchronized ObjectNode stats() {
    ObjectNode json = total.toJson();
    json.put("keys", byKey.size());
    ObjectNode paths = json.putObject("paths");
    byPath.forEach((path, counts) -> paths.set(path, counts.toJson()));
    return json;
  }

  private static String scope(String path, String key) {
    return path + "\n" + key;
  }
}
