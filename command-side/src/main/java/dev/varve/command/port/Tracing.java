package dev.varve.command.port;

import org.jspecify.annotations.Nullable;

/**
 * Where the program tells what it does, for those who look at traces. Whoever is given none does
 * without: no span is made and nothing is allocated, but a caller's trace context goes along all
 * the same. Never tell it payloads, headers, addresses with paths, or messages of errors: what it
 * hears leaves the system.
 */
public interface Tracing {
  /** What a span is about. */
  enum Kind {
    /** A request of a client. */
    REQUEST,
    /** A command, from its sender to the durable answer. */
    COMMAND,
    /** An attempt of a task, as long as its handler runs. */
    ATTEMPT,
    /** A call to another program. */
    CALL
  }

  /**
   * Begins a span.
   *
   * @param name one of few: never an id
   * @param traceparent W3C trace context that it goes on from; null, or text that is none, begins a
   *     trace
   */
  Span begin(Kind kind, String name, @Nullable String traceparent);

  /** Something that goes on; close it when it is over. Calls after that do nothing. */
  interface Span extends AutoCloseable {
    /** Returns the W3C trace context for what this causes. */
    String traceparent();

    /** Gives it another name, once it is known. */
    void rename(String name);

    /** Notes a fact. */
    void note(String key, String value);

    /** Notes a figure. */
    void note(String key, long value);

    /** Marks it as failed. */
    void failed(String code);

    @Override
    void close();
  }
}
