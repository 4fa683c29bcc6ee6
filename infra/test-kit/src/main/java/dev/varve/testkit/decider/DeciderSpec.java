package dev.varve.testkit.decider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.log.KeyChange;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.command.core.Decider;
import dev.varve.command.core.Decision;
import dev.varve.command.core.DecisionContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Says what a decider does in the language of events: {@code given} facts, {@code when} a command,
 * {@code then} new facts or a refusal. The given is always events, never a private state.
 *
 * @param <S> the state
 * @param <C> the commands
 * @param <E> the events
 */
public final class DeciderSpec<S, C, E> {
  private final Decider<S, C, E> decider;
  private final DecisionContext context;
  private final List<E> given = new ArrayList<>();

  private DeciderSpec(Decider<S, C, E> decider, DecisionContext context) {
    this.decider = decider;
    this.context = context;
  }

  /** Begins a specification. */
  public static <S, C, E> DeciderSpec<S, C, E> of(
      Decider<S, C, E> decider, DecisionContext context) {
    return new DeciderSpec<>(decider, context);
  }

  /** Adds facts, in order. */
  public DeciderSpec<S, C, E> given(List<? extends E> events) {
    given.addAll(events);
    return this;
  }

  /** Decides {@code command} on the given facts. */
  public Outcome<S, E> when(C command) {
    S state = fold(decider.initialState(), given);
    Decision<E> decision = decider.decide(state, command, context);
    S after =
        switch (decision) {
          case Decision.Accepted<E>(var events, var _) -> fold(state, events);
          case Decision.Rejected<E> _ -> state;
        };
    return new Outcome<>(decision, after);
  }

  private S fold(S state, List<E> events) {
    S folded = state;
    for (E event : events) {
      folded = decider.evolve(folded, event);
    }
    return folded;
  }

  /**
   * What became of the command.
   *
   * @param decision as decided
   * @param state the state afterwards
   */
  public record Outcome<S, E>(Decision<E> decision, S state) {
    /** Expects exactly these events; none means accepted without events. */
    public Outcome<S, E> then(List<? extends E> expected) {
      assertThat(accepted().events()).isEqualTo(expected);
      return this;
    }

    /** Expects exactly these changes of unique keys. */
    public Outcome<S, E> thenKeys(List<KeyChange> expected) {
      assertThat(accepted().keys()).isEqualTo(expected);
      return this;
    }

    /** Expects a refusal with that code. */
    public Outcome<S, E> thenRejected(RejectionCode expected) {
      assertThat(decision).isInstanceOf(Decision.Rejected.class);
      assertThat(((Decision.Rejected<E>) decision).rejection().code()).isEqualTo(expected);
      return this;
    }

    /** Looks at the state afterwards. */
    public Outcome<S, E> thenState(Consumer<S> look) {
      look.accept(state);
      return this;
    }

    private Decision.Accepted<E> accepted() {
      assertThat(decision).isInstanceOf(Decision.Accepted.class);
      return (Decision.Accepted<E>) decision;
    }
  }
}
