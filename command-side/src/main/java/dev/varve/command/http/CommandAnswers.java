package dev.varve.command.http;

import dev.varve.api.common.CommandOutcome;
import dev.varve.api.log.Committed;
import dev.varve.web.Caller;
import dev.varve.web.Preconditions;
import dev.varve.web.RejectionException;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Turns outcomes of commands into responses. */
final class CommandAnswers {
  private CommandAnswers() {}

  /**
   * Returns where the command was committed.
   *
   * @throws RejectionException when it was refused
   */
  static Committed accepted(CommandOutcome outcome) {
    return switch (outcome) {
      case CommandOutcome.Accepted accepted -> accepted.committed();
      case CommandOutcome.Rejected rejected -> throw new RejectionException(rejected.rejection());
    };
  }

  /**
   * Returns the response: the remembered answer with its position, marked when it is given again.
   */
  static ResponseEntity<JsonNode> response(int status, URI location, Committed committed) {
    ObjectNode body = ((ObjectNode) committed.answer()).deepCopy();
    body.put("position", committed.position().toToken());
    return response(status, location, committed, body);
  }

  /** Executions tell the version of their stream; a definition's is its latest version. */
  private static @Nullable Long version(JsonNode answer) {
    JsonNode stream = answer.path("streamVersion");
    JsonNode version = stream.isMissingNode() ? answer.path("version") : stream;
    return version.isIntegralNumber() ? version.asLong() : null;
  }

  /** Returns a response with another body. */
  static ResponseEntity<JsonNode> response(
      int status, URI location, Committed committed, JsonNode body) {
    var response = ResponseEntity.status(status).location(location);
    Long version = version(committed.answer());
    if (version != null) {
      response.eTag(Preconditions.etag(version));
    }
    if (committed.replayed()) {
      response.header(Caller.IDEMPOTENT_REPLAY, "true");
    }
    return response.contentType(MediaType.APPLICATION_JSON).body(body);
  }
}
