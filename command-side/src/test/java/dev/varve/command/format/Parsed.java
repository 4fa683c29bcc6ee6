package dev.varve.command.format;

import dev.varve.api.rejection.FieldError;
import dev.varve.api.rejection.Rejection;
import dev.varve.command.expression.CelExpressions;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Parses text in tests. */
final class Parsed {
  static final CelExpressions EXPRESSIONS = new CelExpressions();
  static final DefinitionParser PARSER = new DefinitionParser(EXPRESSIONS);

  private Parsed() {}

  /** Returns the definition in {@code text}, which must be valid. */
  static ParsedDefinition valid(String text, Format format) {
    return switch (PARSER.parse(text.getBytes(StandardCharsets.UTF_8), format)) {
      case Parsing.Valid(ParsedDefinition definition) -> definition;
      case Parsing.Invalid(Rejection rejection) ->
          throw new AssertionError("Expected no faults, but found " + rejection);
    };
  }

  /** Returns the faults of {@code text}; empty when it is valid. */
  static List<FieldError> faults(String text, Format format) {
    return switch (PARSER.parse(text.getBytes(StandardCharsets.UTF_8), format)) {
      case Parsing.Valid _ -> List.of();
      case Parsing.Invalid(Rejection rejection) -> rejection.errors();
    };
  }
}
