package dev.varve.api.common;

import java.time.Duration;

/**
 * Every fixed limit of the product, with its unit. Settings may lower some of them, none may raise
 * them.
 */
public final class Limits {
  /** Largest request body of the command API, in bytes. */
  public static final int REQUEST_BYTES_MAX = 2 * 1024 * 1024;

  /** Deepest nesting of a JSON or YAML document. */
  public static final int JSON_DEPTH_MAX = 64;

  /** Largest definition document, in bytes. */
  public static final int DEFINITION_BYTES_MAX = 1024 * 1024;

  /** Most nodes of one definition. */
  public static final int NODES_MAX = 10_000;

  /** Most edges of one definition. */
  public static final int EDGES_MAX = 50_000;

  /** Most edges that leave one node. */
  public static final int FAN_OUT_MAX = 1_000;

  /** Longest definition name, business key or label, in characters. */
  public static final int NAME_CHARS_MAX = 200;

  /** Most labels of one execution or definition. */
  public static final int LABELS_MAX = 50;

  /** Longest command id given by a client, in characters. */
  public static final int COMMAND_ID_CHARS_MAX = 200;

  /** Longest expression, in characters. */
  public static final int EXPRESSION_CHARS_MAX = 10_000;

  /** Deepest nesting of an expression's syntax tree. */
  public static final int EXPRESSION_DEPTH_MAX = 100;

  /** Most nodes of an expression's syntax tree. */
  public static final int EXPRESSION_NODES_MAX = 2_000;

  /** Most loop passes of one evaluation, nested loops multiplied out. */
  public static final int EXPRESSION_ITERATIONS_MAX = 100_000;

  /** Most characters of text and elements of lists that one evaluation may create. */
  public static final int EXPRESSION_ALLOCATION_MAX = 16 * 1024 * 1024;

  /** Longest time of one evaluation with loops. */
  public static final Duration EXPRESSION_TIME_MAX = Duration.ofSeconds(1);

  /** Largest compiled regular expression, in instructions. */
  public static final int REGEX_PROGRAM_MAX = 500;

  /** Longest text a regular expression is matched against, in characters. */
  public static final int REGEX_TEXT_CHARS_MAX = 64 * 1024;

  /** Most attempts a retry policy may ask for. */
  public static final int ATTEMPTS_MAX = 1_000;

  /** Longest duration in a definition. */
  public static final Duration DURATION_MAX = Duration.ofDays(3_650);

  /** Largest stored event payload, in bytes before compression. */
  public static final int EVENT_PAYLOAD_BYTES_MAX = 2 * 1024 * 1024;

  /** Largest output of a task or input of an execution, in bytes of JSON. */
  public static final int PAYLOAD_BYTES_MAX = 1024 * 1024;

  /** Most problems reported for one request. */
  public static final int PROBLEMS_MAX = 100;

  /** Largest page of any list. */
  public static final int PAGE_ITEMS_MAX = 1_000;

  /** Page size when none is asked for. */
  public static final int PAGE_ITEMS_DEFAULT = 100;

  /** Most streams of events (SSE) that one node serves at once. */
  public static final int STREAMS_MAX = 500;

  /** Longest wait of {@code ?wait} and {@code minPosition}. */
  public static final Duration WAIT_MAX = Duration.ofSeconds(60);

  private Limits() {}
}
