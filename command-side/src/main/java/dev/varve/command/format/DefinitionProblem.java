package dev.varve.command.format;

import org.jspecify.annotations.Nullable;

/**
 * The closed list of faults that a definition document can have once it can be read at all. Codes
 * are stable and never reused; {@code infra/docs/definition-format.md} lists them.
 */
public enum DefinitionProblem {
  /** A member that the format does not know. */
  FIELD_UNKNOWN("field.unknown", "Remove the member or correct its name."),
  /** A member has another JSON type than expected. */
  FIELD_TYPE("field.type", "Give the member the type that the message names."),
  /** A member is missing. */
  FIELD_REQUIRED("field.required", "Add the member."),
  /** A member has none of the values it may have. */
  FIELD_ENUM("field.enum", "Use one of the values that the message lists."),
  /** Two members exclude each other. */
  FIELD_CONFLICT("field.conflict", "Keep one of the members that the message names."),
  /** A number, text or list is too small, too large, too short or too long. */
  FIELD_RANGE("field.range", "Stay within the limits that the message names."),
  /** The format has it, this release does not. */
  UNSUPPORTED("definition.unsupported", "Do without it, or wait for a release that has it."),
  /** A definition's or handler's name has other characters than allowed. */
  NAME_CHARSET("name.charset", "Use a letter, then letters, digits, '.', '_' and '-'."),
  /** A node's id has other characters than allowed. */
  ID_CHARSET("id.charset", "Use a small letter, then up to 63 letters, digits and '_'."),
  /** A node's id is a word of the expression language. */
  ID_RESERVED("id.reserved", "Choose an id that is no CEL word."),
  /** A label has a wrong form. */
  LABEL_INVALID("label.invalid", "Use 1 to 200 characters without control characters."),
  /** A duration is none, or not an exact one, or too long. */
  DURATION_INVALID("duration.invalid", "Write an ISO 8601 duration in exact units, as PT5S."),
  /** An instant is none. */
  INSTANT_INVALID("instant.invalid", "Write an ISO 8601 instant, as 2030-01-31T12:00:00Z."),
  /** A retry policy would go on for ever. */
  RETRY_UNBOUNDED("retry.unbounded", "Bound the number of attempts."),
  /** A node type that does not exist or is not in this release. */
  NODE_TYPE("definition.node-type", "Use one of the node types that the message lists."),
  /** More nodes or edges than a definition may have. */
  LIMIT("definition.limit", "Split the definition."),
  /** Two nodes have the same id. */
  NODE_DUPLICATE("definition.node-duplicate", "Give each node an id of its own."),
  /** An edge names a node that does not exist. */
  EDGE_DANGLING("definition.edge-dangling", "Name an existing node."),
  /** An edge leads from a node to itself. */
  EDGE_SELF("definition.edge-self", "Remove the edge."),
  /** An edge leaves a node that ends its branch. */
  EDGE_END("definition.edge-end", "Remove the edge or the end."),
  /** An edge has a condition and is the otherwise edge too. */
  EDGE_CONDITION("definition.edge-condition", "Use one of when and otherwise."),
  /** A node has more than one otherwise edge. */
  OTHERWISE("definition.otherwise", "Keep one otherwise edge."),
  /** Every node has an incoming edge, or there is no node. */
  NO_ENTRY("definition.no-entry", "Leave at least one node without incoming edges."),
  /** Edges form a cycle. */
  CYCLE("definition.cycle", "Remove one edge of the cycle."),
  /** No path leads to a node. */
  UNREACHABLE("definition.unreachable", "Add an edge to the node or remove it."),
  /** A join asks for more edges than there are. */
  JOIN("definition.join", "Ask for at most as many edges as lead to the node."),
  /** An expression does not parse. */
  EXPRESSION_SYNTAX("expression.syntax", "Correct the expression; $${ is a literal ${."),
  /** An expression names what does not exist. */
  EXPRESSION_UNKNOWN_NAME("expression.unknown-name", "Use input, vars, nodes or execution."),
  /** An operator or function gets values it is not defined for; a condition is no bool. */
  EXPRESSION_TYPE("expression.type", "Convert values, or compare them."),
  /** An expression is too long, too large or too deep. */
  EXPRESSION_TOO_COMPLEX("expression.too-complex", "Split the expression over transform nodes."),
  /** An expression stands or does what it may not. */
  EXPRESSION_FORBIDDEN("expression.forbidden", "Write it as the message says."),
  /** An expression reads the output of a node that cannot have completed before. */
  EXPRESSION_UNAVAILABLE("expression.unavailable", "Read outputs of nodes on the way only."),
  /** A schema is none. */
  SCHEMA_INVALID("schema.invalid", "Write a JSON Schema of draft 2020-12."),
  /** A schema refers to another document. */
  SCHEMA_REMOTE_REF("schema.remote-ref", "Put what it refers to under $defs."),
  /** An HTTP node's address is none that may be called. */
  HTTP_URL_FORBIDDEN("http.url-forbidden", "Use http:// or https:// without user information."),
  /** An HTTP node's header is none that may be set. */
  HTTP_HEADER_INVALID("http.header-invalid", "Use a header of the request, on one line.");

  private final String code;
  private final String remedy;

  DefinitionProblem(String code, String remedy) {
    this.code = code;
    this.remedy = remedy;
  }

  /** Returns the stable code. */
  public String code() {
    return code;
  }

  /** Returns what to do about it. */
  public String remedy() {
    return remedy;
  }

  /** Returns the problem of that code; null when there is none. */
  public static @Nullable DefinitionProblem ofCode(String code) {
    for (DefinitionProblem each : values()) {
      if (each.code.equals(code)) {
        return each;
      }
    }
    return null;
  }
}
