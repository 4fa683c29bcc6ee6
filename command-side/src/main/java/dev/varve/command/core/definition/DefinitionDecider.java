package dev.varve.command.core.definition;

import dev.varve.api.definition.DefinitionCommand;
import dev.varve.api.definition.DefinitionCommand.PublishDefinitionVersion;
import dev.varve.api.definition.DefinitionEvent;
import dev.varve.api.definition.DefinitionEvent.DefinitionVersionPublished;
import dev.varve.api.log.KeyChange;
import dev.varve.command.core.Decider;
import dev.varve.command.core.Decision;
import dev.varve.command.core.DecisionContext;
import java.util.List;

/**
 * Decides on a definition: versions are numbered from 1, immutable, and never equal to the one
 * before.
 */
public final class DefinitionDecider
    implements Decider<DefinitionState, DefinitionCommand, DefinitionEvent> {
  /** Scope of the unique key that finds a definition's stream by its name. */
  public static final String KEY_SCOPE = "definition";

  @Override
  public DefinitionState initialState() {
    return DefinitionState.NONE;
  }

  /**
   * Publishes a version. Idempotent by content: a document whose hash is that of the latest version
   * is accepted without an event. The first version takes the definition's name as a unique key.
   */
  @Override
  public Decision<DefinitionEvent> decide(
      DefinitionState state, DefinitionCommand command, DecisionContext context) {
    return switch (command) {
      case PublishDefinitionVersion publish -> publish(state, publish);
    };
  }

  private static Decision<DefinitionEvent> publish(
      DefinitionState state, PublishDefinitionVersion publish) {
    if (publish.hash().equals(state.latestHash())) {
      return Decision.accept(List.of());
    }
    DefinitionEvent event =
        new DefinitionVersionPublished(
            publish.name(),
            state.latestVersion() + 1,
            publish.hash(),
            publish.document(),
            publish.source(),
            publish.format());
    return new Decision.Accepted<>(
        List.of(event),
        state.latestVersion() == 0
            ? List.of(KeyChange.acquire(KEY_SCOPE, publish.name()))
            : List.of());
  }

  @Override
  public DefinitionState evolve(DefinitionState state, DefinitionEvent event) {
    return switch (event) {
      case DefinitionVersionPublished published ->
          new DefinitionState(published.name(), published.version(), published.hash());
    };
  }
}
