package dev.varve.command.core.execution.node;

import dev.varve.api.common.ErrorInfo;
import dev.varve.api.common.Limits;
import dev.varve.command.core.definition.CompiledNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A delay waits until {@code now + with.duration} (ISO 8601, exact units only) or until the instant
 * {@code with.until}. One that is due already is done at once. Its output is {@code {dueAt}}.
 */
public final class DelayBehavior implements NodeBehavior {
  /** Code of the error of a node whose delay cannot be read or is out of range. */
  public static final String INVALID = "delay.invalid";

  @Override
  public Activation activate(CompiledNode node, JsonNode config, Instant now, String owner) {
    JsonNode duration = config.path("duration");
    JsonNode until = config.path("until");
    if (duration.isString() == until.isString()) {
      return invalid("Expected one of \"duration\" and \"until\" as text");
    }
    Instant dueAt;
    try {
      dueAt =
          duration.isString()
              ? now.plus(Duration.parse(duration.asString()))
              : Instant.parse(until.asString());
    } catch (DateTimeException | ArithmeticException _) {
      return invalid(
          duration.isString()
              ? "Expected \"duration\" to be an ISO 8601 duration such as PT5S"
              : "Expected \"until\" to be an instant such as 2030-01-31T12:00:00Z");
    }
    if (dueAt.isAfter(now.plus(Limits.DURATION_MAX))) {
      return invalid("Expected a delay of at most " + Limits.DURATION_MAX.toDays() + " days");
    }
    if (duration.isString() && dueAt.isBefore(now)) {
      return invalid("Expected \"duration\" not to be negative");
    }
    Instant rounded = Instants.roundUp(dueAt);
    return rounded.isAfter(now)
        ? new Activation.Waiting(rounded)
        : new Activation.Completed(output(rounded));
  }

  /** Returns the output of a delay that was due at {@code dueAt}. */
  public static JsonNode output(Instant dueAt) {
    return JsonNodeFactory.instance.objectNode().put("dueAt", dueAt.toString());
  }

  private static Activation invalid(String message) {
    return new Activation.Failed(ErrorInfo.of(INVALID, message));
  }
}
