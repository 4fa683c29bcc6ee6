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

  /** Codes that no input from outside can bring about on a sound server, and who tests them. */
  static final Map<String, String> NOT_FROM_OUTSIDE =
      Map.ofEntries(
          Map.entry("server.internal", "a fault of the server: there must be none"),
          Map.entry("server.overloaded", "EventStreamIT (too many streams), MailboxTest"),
          Map.entry("store.unavailable", "the fault tests, with the database away"),
          Map.entry("store.full", "DiskFullIT, on a full disk"),
          Map.entry("store.regressed", "the fault tests of the store"),
          Map.entry("command.outcome-unknown", "the fault tests of the store"),
          Map.entry("auth.required", "GuardedDoorsIT, on a server with a key"),
          Map.entry("request.rate", "GuardedDoorsIT, on a server with a low limit"),
          Map.entry("projection.busy", "needs two nodes; the tests of rebuilds"),
          Map.entry("projection.not-parked", "ParkedDoorsIT"),
          Map.entry("projection.still-failing", "ParkedDoorsIT"),
          Map.entry("execution.exists", "ids are made by the server; decider spec"),
          Map.entry("task.not-active", "workers are in process; decider spec"),
          Map.entry("task.fenced", "workers are in process; decider spec"),
          Map.entry("timer.not-pending", "timers are in process; decider spec"),
          Map.entry("payload.too-large", "DoorsIT and decider spec"));

  /** Stored types of the events that a request from outside writes at once. */
  static final List<String> ALL =
      List.of("definition.version-published", "execution.started", "execution.cancelled");

  private Targets() {}
}
