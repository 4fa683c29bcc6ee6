package dev.varve.command.format;

import dev.varve.api.common.Limits;
import dev.varve.api.definition.Effort;
import dev.varve.api.definition.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads {@code timeout}, {@code deadline} and {@code retry} of a node. */
final class RetryReader {
  /** Wait before the second attempt when {@code backoff} does not say. */
  static final Duration INITIAL_DEFAULT = Duration.ofSeconds(1);

  /** Growth of waits when {@code backoff} does not say. */
  static final double FACTOR_DEFAULT = 2;

  /** Longest wait when {@code backoff} does not say. */
  static final Duration MAX_DEFAULT = Duration.ofMinutes(1);

  private static final double FACTOR_MAX = 100;
  private static final int CODES_MAX = 100;

  private RetryReader() {}

  static Effort effort(Fields node) {
    Duration timeout = duration(node, "timeout", false);
    Duration deadline = duration(node, "deadline", false);
    ObjectNode retry = node.object("retry", false);
    return new Effort(
        timeout,
        deadline,
        retry == null
            ? RetryPolicy.NONE
            : policy(new Fields(retry, node.at("retry"), node.faults())));
  }

  /** Reads a constant duration that is longer than nothing, or may be nothing. */
  static @Nullable Duration duration(Fields fields, String name, boolean mayBeZero) {
    String text = fields.text(name, false);
    if (text == null) {
      return null;
    }
    Duration duration = Durations.parse(text);
    if (duration == null) {
      fields
          .faults()
          .add(DefinitionProblem.DURATION_INVALID, fields.at(name), Durations.expected(text));
    } else if (duration.isZero() && !mayBeZero) {
      fields
          .faults()
          .add(
              DefinitionProblem.DURATION_INVALID,
              fields.at(name),
              "Expected a duration longer than nothing");
    }
    return duration;
  }

  private static RetryPolicy policy(Fields retry) {
    retry.only(List.of("maxAttempts", "backoff", "retryOn", "noRetryOn"));
    int attempts = attempts(retry);
    Duration initial = INITIAL_DEFAULT;
    double factor = FACTOR_DEFAULT;
    Duration max = MAX_DEFAULT;
    ObjectNode node = retry.object("backoff", false);
    if (node != null) {
      Fields backoff = new Fields(node, retry.at("backoff"), retry.faults());
      backoff.only(List.of("initial", "factor", "max"));
      Duration first = duration(backoff, "initial", true);
      Duration longest = duration(backoff, "max", true);
      initial = first == null ? INITIAL_DEFAULT : first;
      max = longest != null ? longest : initial.compareTo(max) > 0 ? initial : max;
      factor = factor(backoff);
    }
    return new RetryPolicy(
        attempts, initial, factor, max, codes(retry, "retryOn"), codes(retry, "noRetryOn"));
  }

  private static int attempts(Fields retry) {
    JsonNode value = retry.any("maxAttempts");
    if (value == null) {
      retry
          .faults()
          .add(
              DefinitionProblem.FIELD_REQUIRED,
              retry.at("maxAttempts"),
              "Expected a member 'maxAttempts'");
      return 1;
    }
    if (!value.isIntegralNumber()) {
      retry.wrongType(retry.at("maxAttempts"), "a whole number", value);
      return 1;
    }
    long attempts = value.longValue();
    if (attempts < 1 || attempts > Limits.ATTEMPTS_MAX) {
      retry
          .faults()
          .add(
              DefinitionProblem.RETRY_UNBOUNDED,
              retry.at("maxAttempts"),
              "Expected 1 to " + Limits.ATTEMPTS_MAX + " attempts, but found " + attempts);
      return 1;
    }
    return (int) attempts;
  }

  private static double factor(Fields backoff) {
    JsonNode value = backoff.any("factor");
    if (value == null) {
      return FACTOR_DEFAULT;
    }
    if (!value.isNumber()) {
      backoff.wrongType(backoff.at("factor"), "a number", value);
      return FACTOR_DEFAULT;
    }
    double factor = value.doubleValue();
    if (factor < 1 || factor > FACTOR_MAX) {
      backoff
          .faults()
          .add(
              DefinitionProblem.FIELD_RANGE,
              backoff.at("factor"),
              "Expected a factor from 1 to " + (int) FACTOR_MAX + ", but found " + factor);
      return FACTOR_DEFAULT;
    }
    return factor;
  }

  private static List<String> codes(Fields retry, String name) {
    ArrayNode list = retry.array(name, false);
    List<String> codes = new ArrayList<>();
    if (list == null) {
      return codes;
    }
    if (list.size() > CODES_MAX) {
      retry
          .faults()
          .add(
              DefinitionProblem.FIELD_RANGE,
              retry.at(name),
              "Expected at most " + CODES_MAX + " codes");
      return codes;
    }
    for (int i = 0; i < list.size(); i++) {
      String at = retry.at(name) + "/" + i;
      JsonNode code = list.get(i);
      if (!code.isString()) {
        retry.wrongType(at, "an error code as text", code);
      } else if (code.stringValue().isBlank()
          || code.stringValue().length() > Limits.NAME_CHARS_MAX) {
        retry
            .faults()
            .add(
                DefinitionProblem.FIELD_RANGE,
                at,
                "Expected 1 to " + Limits.NAME_CHARS_MAX + " characters");
      } else {
        codes.add(code.stringValue());
      }
    }
    return codes;
  }
}
