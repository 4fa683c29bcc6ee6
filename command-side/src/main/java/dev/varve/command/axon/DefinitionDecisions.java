package dev.varve.command.axon;

import dev.varve.api.common.TenantId;
import dev.varve.api.definition.DefinitionCommand;
import dev.varve.api.definition.DefinitionCommand.PublishDefinitionVersion;
import dev.varve.api.definition.DefinitionEvent;
import dev.varve.api.definition.DefinitionEvent.DefinitionVersionPublished;
import dev.varve.api.rejection.Rejection;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.command.core.Decision;
import dev.varve.command.core.DecisionContext;
import dev.varve.command.core.definition.DefinitionDecider;
import dev.varve.command.core.definition.DefinitionState;
import dev.varve.command.port.Incarnation;
import dev.varve.command.port.TimeSource;
import java.util.List;
import java.util.UUID;
import org.axonframework.eventsourcing.eventstore.EventStore;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** What the shells of definitions need from around them. */
final class DefinitionDecisions {
  private final DefinitionDecider decider = new DefinitionDecider();
  private final EventStore log;
  private final TimeSource time;
  private final Incarnation incarnation;

  DefinitionDecisions(EventStore log, TimeSource time, Incarnation incarnation) {
    this.log = log;
    this.time = time;
    this.incarnation = incarnation;
  }

  Round<DefinitionEvent> round(Batch<DefinitionCommand> batch) {
    return new Round<>(log, batch.target(), batch.items().size());
  }

  Decision<DefinitionEvent> decide(
      TenantId tenant, DefinitionState state, BatchItem<DefinitionCommand> item) {
    if (!tenant.equals(item.metadata().tenant())) {
      return Decision.reject(
          Rejection.of(
              RejectionCode.DEFINITION_NOT_FOUND, "Expected a definition, but there is none"));
    }
    Rejection stale =
        switch (item.command()) {
          case PublishDefinitionVersion publish ->
              Expected.version(publish.expectedVersion(), (long) state.latestVersion());
        };
    if (stale != null) {
      return Decision.reject(stale);
    }
    var context =
        new DecisionContext(time.now(), incarnation.id(), tenant, (name, version) -> null);
    return decider.decide(state, item.command(), context);
  }

  DefinitionState evolve(DefinitionState state, DefinitionEvent event) {
    return decider.evolve(state, event);
  }

  /** Returns what the sender is told, now and when it asks again. */
  JsonNode answer(Decision.Accepted<DefinitionEvent> accepted, DefinitionState after) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("name", after.name())
        .put("version", after.latestVersion())
        .put("created", !accepted.events().isEmpty());
  }

  BatchResult<PublishedVersions> conclude(
      TenantId tenant, String id, Round<DefinitionEvent> round) {
    round.verify();
    List<DefinitionVersionPublished> versions =
        round.events().stream()
            .map(event ->
                switch (event) {
                  case DefinitionVersionPublished published -> published;
                })
            .toList();
    return new BatchResult<>(
        round.items(), new PublishedVersions(tenant, UUID.fromString(id), versions));
  }
}
