package dev.varve.server;

import java.util.List;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code /health} for people, {@code /health/live} and {@code /health/ready} for probes. */
@RestController
final class HealthController {
  private final List<HealthSource> sources;

  HealthController(List<HealthSource> sources) {
    this.sources = List.copyOf(sources);
  }

  /** Shows every part; 503 when an essential one is down. */
  @GetMapping("/health")
  ResponseEntity<JsonNode> health() {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("status", "UP");
    ObjectNode parts = body.putObject("components");
    boolean ready = true;
    for (HealthSource source : sources) {
      HealthPart part = source.look();
      ObjectNode shown = parts.putObject(part.name());
      shown.put("status", part.up() ? "UP" : "DOWN");
      shown.put("essential", part.essential());
      shown.set("details", part.details());
      ready &= part.up() || !part.essential();
    }
    body.put("status", ready ? "UP" : "DOWN");
    return ResponseEntity.status(ready ? 200 : 503).body(body);
  }

  /** Answers as long as the process serves HTTP. */
  @GetMapping("/health/live")
  ResponseEntity<JsonNode> live() {
    return ResponseEntity.ok(JsonNodeFactory.instance.objectNode().put("status", "UP"));
  }

  /** Answers 200 when commands can be taken. */
  @GetMapping("/health/ready")
  ResponseEntity<JsonNode> ready() {
    return health();
  }
}
