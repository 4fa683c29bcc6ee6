package dev.varve.server.hostile;

import java.util.List;
import java.util.Map;

/** What hostile requests aim at, and what they cannot reach. */
final class Targets {
  static final Map<String, String> YAML = Map.of("Content-Type", "application/yaml");

  static final String TARGET =
      """
      name: target
      input:
        type: object
        required: [sku, quantity]
        additionalProperties: false
        properties:
          sku: { type: string, maxLength: 20, pattern: "^[a-z]+$" }
          quantity: { type: integer, minimum: 1, maximum: 100 }
          tags: { type: array, items: { type: string }, maxItems: 4 }
      nodes:
        - { id: t, type: transform, with: { sku: "${input.sku}" } }
      """;

  static final String ANY_INPUT =
      """
      name: any_input
      nodes:
        - { id: t, type: transform, with: { a: 1 } }
      """;

  static final String WAITING =
      """
      name: waiting_target
      nodes:
        - { id: wait, type: delay, with: { duration: PT10H } }
      """;

  /** Stored types of the events that a request from outside writes at once. */
  static final List<String> ALL =
      List.of("definition.version-published", "execution.started", "execution.cancelled");

  private Targets() {}
}
