package dev.varve.command.expression;

/**
 * What is wrong with an expression before it ever runs.
 *
 * @param kind what sort of fault
 * @param detail what was expected and found
 * @param offset where, in characters from the start of the expression
 */
public record ExpressionFault(Kind kind, String detail, int offset) {
  /** Sorts of faults. */
  public enum Kind {
    /** It does not parse. */
    SYNTAX,
    /** It names a variable, function, node or member that does not exist. */
    UNKNOWN_NAME,
    /** An operator or function gets values it is not defined for, or a condition is no bool. */
    TYPE,
    /** It is larger or deeper than the limits. */
    TOO_COMPLEX,
    /** It uses a part of CEL that definitions may not use. */
    FORBIDDEN
  }
}
