package dev.varve.command.core;

import dev.varve.api.log.KeyChange;
import dev.varve.api.rejection.Rejection;
import java.util.List;

/**
 * What a decider answers.
 *
 * @param <E> the events
 */
public sealed interface Decision<E> {
  /**
   * The command is accepted.
   *
   * @param events what became true, in order; empty when it was true already
   * @param keys unique keys to acquire or release in the same commit
   */
  record Accepted<E>(List<E> events, List<KeyChange> keys) implements Decision<E> {
    /** Copies the lists. */
    public Accepted {
      events = List.copyOf(events);
      keys = List.copyOf(keys);
    }
  }

  /**
   * The command is refused; nothing changes.
   *
   * @param rejection why
   */
  record Rejected<E>(Rejection rejection) implements Decision<E> {}

  /** Returns an acceptance without keys. */
  static <E> Decision<E> accept(List<E> events) {
    return new Accepted<>(events, List.of());
  }

  /** Returns a refusal. */
  static <E> Decision<E> reject(Rejection rejection) {
    return new Rejected<>(rejection);
  }
}
