package dev.varve.command.core.execution.node;

import dev.varve.api.common.ErrorInfo;
import dev.varve.command.core.definition.CompiledNode;
import java.time.Instant;
import tools.jackson.databind.JsonNode;

/**
 * A fail node fails, and with it the execution: {@code with.code} (default {@code failed}) and
 * {@code with.message} (default empty) become the error.
 */
final class FailBehavior implements NodeBehavior {
  @Override
  public Activation activate(CompiledNode node, JsonNode config, Instant now, String owner) {
    return new Activation.Failed(
        ErrorInfo.of(text(config.path("code"), "failed"), text(config.path("message"), "")));
  }

  private static String text(JsonNode value, String absent) {
    if (value.isMissingNode() || value.isNull()) {
      return absent;
    }
    return value.isString() ? value.asString() : value.toString();
  }
}
