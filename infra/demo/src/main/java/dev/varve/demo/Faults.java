package dev.varve.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The faults that were ordered: for the next calls of a path, or by a call for itself. */
final class Faults {

  private static final int DELAY_MILLIS_MAX = 600_000;
  private static final int RULES_MAX = 1000;

  private static final class Rule {
    private final String path;
    private final Fault fault;
    private long left;

    Rule(String path, Fault fault, long left) {
      this.path = path;
      this.fault = fault;
      this.left = left;
    }
  }

  private final List<Rule> rules = new ArrayList<>();
  private final Map<String, Integer> ownFailures = new ConcurrentHashMap<>();

  /**
   * Orders faults: {@code {path, count, status, delayMs, retryAfter, drop, effect}}. Without {@code
   * path} for every path, without {@code count} for one call.
   *
   * @throws IllegalArgumentException naming the field that is wrong
   */
  synchronized JsonNode order(JsonNode wanted) {
    if (rules.size() >= RULES_MAX) {
      throw new IllegalArgumentException("more than " + RULES_MAX + " fault rules");
    }
    int count = number(wanted, "count", 1, 1_000_000_000).orElse(1);
    Fault fault =
        new Fault(
            number(wanted, "status", 100, 599),
            Duration.ofMillis(number(wanted, "delayMs", 0, DELAY_MILLIS_MAX).orElse(0)),
            number(wanted, "retryAfter", 0, 86_400),
            wanted.path("drop").asBoolean(false),
            wanted.path("effect").asBoolean(false));
    Rule rule = new Rule(wanted.path("path").asString(""), fault, count);
    rules.add(rule);
    return show(rule);
  }

  synchronized void clear() {
    rules.clear();
    ownFailures.clear();
  }

  synchronized ArrayNode list() {
    ArrayNode list = JsonMapper.shared().createArrayNode();
    rules.forEach(rule -> list.add(show(rule)));
    return list;
  }

  /** Takes one fault from the first rule for this path. */
  synchronized Optional<Fault> take(String path) {
    for (Iterator<Rule> each = rules.iterator(); each.hasNext(); ) {
      Rule rule = each.next();
      if (rule.path.isEmpty() || rule.path.equals(path)) {
        rule.left--;
        if (rule.left == 0) {
          each.remove();
        }
        return Optional.of(rule.fault);
      }
    }
    return Optional.empty();
  }

  /**
   * The fault that a call orders for itself: {@code fail} (status), {@code times} (how many calls
   * with this path and key, 1 by default), {@code delayMs}, {@code retryAfter}, {@code drop},
   * {@code effect}, as query parameters or as headers {@code X-Fault-Fail} and so on.
   *
   * @throws IllegalArgumentException naming the parameter that is wrong
   */
  Fault own(Map<String, String> asked, String path, @Nullable String key) {
    if (asked.isEmpty()) {
      return Fault.NONE;
    }
    Duration delay = Duration.ofMillis(number(asked, "delayMs", 0, DELAY_MILLIS_MAX).orElse(0));
    boolean drop = Boolean.parseBoolean(asked.getOrDefault("drop", "false"));
    Optional<Integer> status = number(asked, "fail", 100, 599);
    if (status.isEmpty() && !drop) {
      return new Fault(Optional.empty(), delay, Optional.empty(), false, false);
    }
    int times = number(asked, "times", 0, 1_000_000).orElse(1);
    // A call without a key cannot be told from its repeats: it fails every time.
    int nth = key == null ? 0 : ownFailures.merge(path + "\n" + key, 1, Integer::sum);
    if (nth > times) {
      return new Fault(Optional.empty(), delay, Optional.empty(), false, false);
    }
    return new Fault(
        status,
        delay,
        number(asked, "retryAfter", 0, 86_400),
        drop,
        Boolean.parseBoolean(asked.getOrDefault("effect", "false")));
  }

  private static ObjectNode show(Rule rule) {
    ObjectNode json = JsonMapper.shared().createObjectNode();
    json.put("path", rule.path);
    json.put("left", rule.left);
    rule.fault.status().ifPresent(status -> json.put("status", status));
    json.put("delayMs", rule.fault.delay().toMillis());
    rule.fault.retryAfter().ifPresent(seconds -> json.put("retryAfter", seconds));
    json.put("drop", rule.fault.drop());
    json.put("effect", rule.fault.effect());
    return json;
  }

  private static Optional<Integer> number(JsonNode wanted, String name, int min, int max) {
    JsonNode value = wanted.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isIntegralNumber()) {
      throw new IllegalArgumentException("Expected a whole number as " + name);
    }
    return Optional.of(inRange(name, value.asLong(), min, max));
  }

  private static Optional<Integer> number(
      Map<String, String> asked, String name, int min, int max) {
    String value = asked.get(name);
    if (value == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(inRange(name, Long.parseLong(value), min, max));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("Expected a whole number as " + name, e);
    }
  }

  private static int inRange(String name, long value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "Expected " + name + " from " + min + " to " + max + ", but got " + value);
    }
    return (int) value;
  }
}
