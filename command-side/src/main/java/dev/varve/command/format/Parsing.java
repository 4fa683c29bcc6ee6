package dev.varve.command.format;

import dev.varve.api.rejection.Rejection;

/** What reading a definition document gives. */
public sealed interface Parsing {
  /**
   * It can be published.
   *
   * @param definition what was read
   */
  record Valid(ParsedDefinition definition) implements Parsing {}

  /**
   * It cannot.
   *
   * @param rejection {@code definition.invalid} with every fault, or the reason why it cannot be
   *     read at all
   */
  record Invalid(Rejection rejection) implements Parsing {}
}
