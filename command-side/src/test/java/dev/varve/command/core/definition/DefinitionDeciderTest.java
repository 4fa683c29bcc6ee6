package dev.varve.command.core.definition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.common.TenantId;
import dev.varve.api.definition.DefinitionCommand.PublishDefinitionVersion;
import dev.varve.api.definition.DefinitionEvent;
import dev.varve.api.definition.DefinitionEvent.DefinitionVersionPublished;
import dev.varve.api.log.KeyChange;
import dev.varve.command.core.Decision;
import dev.varve.command.core.DecisionContext;
import dev.varve.command.core.execution.Flow;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class DefinitionDeciderTest {
  private static final JsonNode DOCUMENT = Flow.json("{'name': 'order'}");
  private static final DecisionContext CONTEXT =
      new DecisionContext(Instant.EPOCH, "node-1", TenantId.DEFAULT, (name, version) -> null);

  private final DefinitionDecider decider = new DefinitionDecider();

  private static PublishDefinitionVersion publish(String hash) {
    return new PublishDefinitionVersion("order", DOCUMENT, hash, "name: order", "yaml");
  }

  private static DefinitionVersionPublished published(int version, String hash) {
    return new DefinitionVersionPublished("order", version, hash, DOCUMENT, "name: order", "yaml");
  }

  private DefinitionState given(DefinitionEvent... events) {
    DefinitionState state = decider.initialState();
    for (DefinitionEvent event : events) {
      state = decider.evolve(state, event);
    }
    return state;
  }

  @Test
  void the_first_version_takes_the_name() {
    assertThat(decider.decide(given(), publish("h1"), CONTEXT))
        .isEqualTo(
            new Decision.Accepted<>(
                List.of(published(1, "h1")), List.of(KeyChange.acquire("definition", "order"))));
  }

  @Test
  void other_content_is_the_next_version() {
    assertThat(decider.decide(given(published(1, "h1")), publish("h2"), CONTEXT))
        .isEqualTo(Decision.accept(List.of(published(2, "h2"))));
  }

  @Test
  void content_of_the_latest_version_is_accepted_without_an_event() {
    DefinitionState state = given(published(1, "h1"), published(2, "h2"));

    assertThat(decider.decide(state, publish("h2"), CONTEXT)).isEqualTo(Decision.accept(List.of()));
    assertThat(state).isEqualTo(new DefinitionState("order", 2, "h2"));
  }

  @Test
  void content_of_an_older_version_is_a_new_version() {
    DefinitionState state = given(published(1, "h1"), published(2, "h2"));

    assertThat(decider.decide(state, publish("h1"), CONTEXT))
        .isEqualTo(Decision.accept(List.of(published(3, "h1"))));
  }
}
