package dev.varve.command.core;

/**
 * The functional core of one kind of stream: three pure functions. No clock, no IO, no framework,
 * no logging.
 *
 * @param <S> the state, immutable
 * @param <C> the commands, sealed
 * @param <E> the events, sealed
 */
public interface Decider<S, C, E> {
  /** Returns the state before the first event. */
  S initialState();

  /** Decides what {@code command} makes of {@code state}; never throws for an expected refusal. */
  Decision<E> decide(S state, C command, DecisionContext context);

  /** Returns the state after {@code event}; never fails, never validates, never reads time. */
  S evolve(S state, E event);
}
