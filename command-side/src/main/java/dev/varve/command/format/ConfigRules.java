package dev.varve.command.format;

import dev.varve.command.expression.Source;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Checks {@code with} of the node types that read it themselves. */
final class ConfigRules {
  private static final int TEXT_CHARS_MAX = 200;

  private ConfigRules() {}

  static void delay(Fields node) {
    ObjectNode with = node.object("with", true);
    if (with == null) {
      return;
    }
    Fields fields = new Fields(with, node.at("with"), node.faults());
    fields.unsupported("cron", "Expected duration or until: cron is not in this release");
    fields.only(List.of("duration", "until", "cron"));
    if (fields.has("duration") && fields.has("until")) {
      node.faults()
          .addName(
              DefinitionProblem.FIELD_CONFLICT,
              fields.at("until"),
              "Expected one of duration and until, but found both");
    }
    if (!fields.has("duration") && !fields.has("until") && !fields.has("cron")) {
      node.faults()
          .add(
              DefinitionProblem.FIELD_REQUIRED,
              fields.at("duration"),
              "Expected a member 'duration' or 'until'");
    }
    String duration = fields.text("duration", false);
    if (duration != null && !Source.isTemplate(duration) && Durations.parse(duration) == null) {
      node.faults()
          .add(
              DefinitionProblem.DURATION_INVALID,
              fields.at("duration"),
              Durations.expected(duration));
    }
    String until = fields.text("until", false);
    if (until != null && !Source.isTemplate(until) && !Durations.isInstant(until)) {
      node.faults()
          .add(
              DefinitionProblem.INSTANT_INVALID,
              fields.at("until"),
              "Expected an ISO 8601 instant such as 2030-01-31T12:00:00Z, but found '"
                  + Fields.echo(until)
                  + "'");
    }
  }

  static void fail(Fields node) {
    ObjectNode with = node.object("with", false);
    if (with == null) {
      return;
    }
    Fields fields = new Fields(with, node.at("with"), node.faults());
    fields.only(List.of("code", "message"));
    String code = fields.text("code", false);
    if (code != null && (code.isBlank() || code.length() > TEXT_CHARS_MAX)) {
      node.faults()
          .add(
              DefinitionProblem.FIELD_RANGE,
              fields.at("code"),
              "Expected 1 to " + TEXT_CHARS_MAX + " characters");
    }
    fields.text("message", false);
  }

  static void end(Fields node) {
    ObjectNode with = node.object("with", false);
    if (with != null) {
      new Fields(with, node.at("with"), node.faults()).only(List.of());
    }
  }
}
