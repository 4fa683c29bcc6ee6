package dev.varve.replay.http;

import dev.varve.api.rejection.Rejection;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.replay.Rebuilds;
import dev.varve.web.RejectionException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Lets an operator build a read model again. */
@RestController
public final class RebuildController {
  private static final String LIST = "/api/v1/projections";

  private final Rebuilds rebuilds;

  /** Makes the door. */
  public RebuildController(Rebuilds rebuilds) {
    this.rebuilds = rebuilds;
  }

  /**
   * Answers 202 {@code {name}} once the tables are empty; {@code GET /projections} shows how far it
   * has come. Takes no idempotency key: asked again, it begins again and ends the same.
   */
  @PostMapping(LIST + "/{name}/rebuild")
  public ResponseEntity<ObjectNode> rebuild(@PathVariable String name) {
    boolean known;
    try {
      known = rebuilds.rebuild(name);
    } catch (Rebuilds.OwnedElsewhere e) {
      throw new RejectionException(
          Rejection.of(
              RejectionCode.PROJECTION_BUSY,
              "Expected this node to run the projection, but another one does: ask that one"));
    }
    if (!known) {
      throw new RejectionException(
          Rejection.of(
              RejectionCode.PROJECTION_NOT_FOUND,
              "Expected the name of a projection as GET " + LIST + " shows it"));
    }
    return ResponseEntity.status(HttpStatus.ACCEPTED)
        .header("Location", LIST)
        .body(JsonNodeFactory.instance.objectNode().put("name", name));
  }
}
