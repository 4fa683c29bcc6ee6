package dev.varve.server;

import dev.varve.server.openapi.OpenApi;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Shows the description of the API. */
@RestController
final class OpenApiController {
  private final JsonNode document = OpenApi.document();

  /** Returns the same document that {@code varve openapi} prints. */
  @GetMapping("/api/v1/openapi.json")
  JsonNode openapi() {
    return document;
  }
}
