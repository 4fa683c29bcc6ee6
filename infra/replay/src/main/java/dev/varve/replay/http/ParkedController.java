package dev.varve.replay.http;

import dev.varve.api.rejection.Rejection;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.eventstore.axon.ParkedSequences;
import dev.varve.eventstore.axon.ParkedSequences.Parked;
import dev.varve.web.Bodies;
import dev.varve.web.RejectionException;
import dev.varve.web.json.StrictJson;
import jakarta.servlet.http.HttpServletRequest;
import java.util.UUID;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Shows an operator the streams that a projection could not handle, and lets them be retried or
 * discarded. Takes no idempotency key: asked again, each finds the work done.
 */
@RestController
@RequestMapping("/api/v1/projections/{name}/parked")
public final class ParkedController {
  private static final int BODY_BYTES_MAX = 8 * 1_024;
  private static final int REASON_CHARS_MAX = 1_000;

  private final ParkedSequences parked;

  /** Makes the door. */
  public ParkedController(ParkedSequences parked) {
    this.parked = parked;
  }

  /**
   * Answers {@code {items: [{streamId, partition, position, events, tries, cause, parkedAt,
   * discardedAt?, reason?}]}}, oldest first, at most 1,000.
   */
  @GetMapping
  public ObjectNode list(@PathVariable String name) {
    known(name);
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    var items = body.putArray("items");
    for (Parked each : parked.list(name)) {
      ObjectNode item =
          items
              .addObject()
              .put("streamId", each.streamId().toString())
              .put("partition", each.first().partition())
              .put("position", each.first().toToken())
              .put("events", each.events())
              .put("tries", each.tries())
              .put("cause", each.cause())
              .put("parkedAt", each.parkedAt().toString());
      if (each.discardedAt() != null) {
        item.put("discardedAt", each.discardedAt().toString()).put("reason", each.reason());
      }
    }
    return body;
  }

  /**
   * Handles the events that were set aside, everything or nothing, and lets the following ones
   * through: {@code {streamId, events}}; 409 {@code projection.still-failing} with the cause.
   */
  @PostMapping("/{streamId}/retry")
  public ObjectNode retry(@PathVariable String name, @PathVariable String streamId) {
    known(name);
    long events;
    try {
      events = parked.retry(name, stream(streamId));
    } catch (ParkedSequences.StillFailing e) {
      throw new RejectionException(
          Rejection.of(
              RejectionCode.PROJECTION_STILL_FAILING,
              "Expected the events to be handled now, but: " + e.getMessage()));
    }
    if (events < 0) {
      throw notParked();
    }
    return JsonNodeFactory.instance.objectNode().put("streamId", streamId).put("events", events);
  }

  /**
   * Gives the events up, with {@code {reason}}, which is kept: they no longer count as parked, and
   * the stream stays left out until it is retried or the projection is rebuilt.
   */
  @PostMapping("/{streamId}/discard")
  public ObjectNode discard(
      @PathVariable String name, @PathVariable String streamId, HttpServletRequest request) {
    known(name);
    String reason = reason(StrictJson.read(Bodies.read(request, BODY_BYTES_MAX)));
    if (!parked.discard(name, stream(streamId), reason)) {
      throw notParked();
    }
    return JsonNodeFactory.instance.objectNode().put("streamId", streamId).put("reason", reason);
  }

  private void known(String name) {
    if (!parked.knows(name)) {
      throw new RejectionException(
          Rejection.of(
              RejectionCode.PROJECTION_NOT_FOUND,
              "Expected the name of a projection as GET /api/v1/projections shows it"));
    }
  }

  private static String reason(JsonNode body) {
    JsonNode reason = body.path("reason");
    if (!body.isObject()
        || body.size() != 1
        || !reason.isString()
        || reason.asString().isBlank()
        || reason.asString().length() > REASON_CHARS_MAX) {
      throw new RejectionException(
          Rejection.of(
              RejectionCode.REQUEST_INVALID,
              "Expected {\"reason\": text of at most " + REASON_CHARS_MAX + " characters}"));
    }
    if (reason.asString().indexOf('\0') >= 0) {
      throw new RejectionException(
          Rejection.of(RejectionCode.TEXT_NUL, "Expected text without U+0000"));
    }
    return reason.asString();
  }

  private static UUID stream(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw notParked();
    }
  }

  private static RejectionException notParked() {
    return new RejectionException(
        Rejection.of(
            RejectionCode.PROJECTION_NOT_PARKED,
            "Expected a stream that is parked, but it is not (any more)"));
  }
}
