package dev.varve.command.http;

import dev.varve.api.common.CommandOutcome;
import dev.varve.api.log.Committed;
import dev.varve.web.Caller;
import dev.varve.web.RejectionException;
import java.net.URI;
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

  /** Returns a response with another body. */
  static ResponseEntity<JsonNode> response(
      int status, URI location, Committed committed, JsonNode body) {
    var response = ResponseEntity.status(status).location(location);
    if (committed.replayed()) {
      response.header(Caller.IDEMPOTENT_REPLAY, "true");
    }
    return response.contentType(MediaType.APPLICATION_JSON).body(body);
  }
}
