package dev.varve.command.axon;

import dev.varve.api.common.TenantId;
import dev.varve.api.definition.DefinitionCommand.PublishDefinitionVersion;
import dev.varve.api.definition.DefinitionEvent.DefinitionVersionPublished;
import dev.varve.api.execution.ExecutionEvent;
import dev.varve.api.execution.ExecutionEvent.NodeCompleted;
import dev.varve.command.core.Decision;
import dev.varve.command.core.DecisionContext;
import dev.varve.command.core.definition.CompiledDefinition;
import dev.varve.command.core.definition.DefinitionState;
import dev.varve.command.core.execution.ExecutionDecider;
import dev.varve.command.core.execution.ExecutionState;
import java.util.List;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.matchers.Matchers;
import org.junit.jupiter.api.Test;

/** The shells in Axon's own fixture: given events, when a batch, then events. */
class ShellsInFixtureTest {
  @Test
  void a_definition_is_published_once_per_content() {
    var fixture = new AggregateTestFixture<>(DefinitionAggregate.class);
    var decisions =
        new DefinitionDecisions(fixture.getEventStore(), () -> Samples.NOW, Samples.HERE);
    var shells =
        new Shells<>(
            DefinitionAggregate.class,
            DefinitionState.NONE,
            (id, tenant, state) -> new DefinitionAggregate(id, tenant, state, decisions));
    fixture.registerAggregateFactory(shells);
    fixture.registerCommandTargetResolver(CommandSide.targetResolver());
    fixture.setReportIllegalStateChange(false);
    DefinitionVersionPublished first = Samples.published(1);
    var again =
        new PublishDefinitionVersion(
            first.name(), first.document(), first.hash(), first.source(), first.format());
    var changed =
        new PublishDefinitionVersion(
            first.name(), first.document(), "hash-2", first.source(), first.format());

    fixture
        .given(first)
        .when(
            new Batch.KnownDefinition(
                Samples.DEFINITION_STREAM, List.of(Samples.item(again), Samples.item(changed))))
        .expectSuccessfulHandlerExecution()
        .expectEvents(Samples.published(2));
  }

  @Test
  void an_execution_goes_on_from_a_kept_state() {
    CompiledDefinition definition = Samples.compile(Samples.published(1));
    var decider = new ExecutionDecider((name, version) -> definition);
    var context =
        new DecisionContext(
            Samples.NOW, Samples.HERE.id(), TenantId.DEFAULT, (name, version) -> definition);
    var decision = decider.decide(ExecutionState.NONE, Samples.start(), context);
    var started = ((Decision.Accepted<ExecutionEvent>) decision).events().getFirst();
    var kept = new Restored<>(TenantId.DEFAULT, 0, decider.evolve(ExecutionState.NONE, started));
    var fixture = new AggregateTestFixture<>(ExecutionAggregate.class);
    var decisions =
        new ExecutionDecisions(
            fixture.getEventStore(),
            () -> Samples.NOW,
            Samples.HERE,
            Samples.catalog(),
            (tenant, id, sequence, eventCount, state) -> {});
    fixture.registerAggregateFactory(
        new Shells<>(
            ExecutionAggregate.class,
            ExecutionState.NONE,
            (id, tenant, state) -> new ExecutionAggregate(id, tenant, state, decisions)));
    fixture.registerCommandTargetResolver(CommandSide.targetResolver());
    fixture.setReportIllegalStateChange(false);

    fixture
        .given(kept)
        .when(
            new Batch.KnownExecution(
                Samples.EXECUTION.value(), List.of(Samples.item(Samples.complete("step1")))))
        .expectSuccessfulHandlerExecution()
        .expectEventsMatching(
            Matchers.payloadsMatching(
                Matchers.exactSequenceOf(
                    Matchers.predicate(event -> event instanceof NodeCompleted))));
  }
}
