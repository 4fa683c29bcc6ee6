package dev.varve.command.axon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.common.NodePath;
import dev.varve.api.common.TenantId;
import dev.varve.api.execution.ExecutionCommand;
import dev.varve.api.execution.ExecutionCommand.CancelExecution;
import dev.varve.api.execution.ExecutionEvent.ExecutionCancelled;
import dev.varve.api.execution.ExecutionEvent.ExecutionStarted;
import dev.varve.api.execution.ExecutionEvent.NodeCompleted;
import dev.varve.api.log.AppendException;
import dev.varve.api.log.CommandCommit;
import dev.varve.api.log.CommandMetadata;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.command.axon.BatchResult.Item.Accepted;
import dev.varve.command.axon.BatchResult.Item.Rejected;
import dev.varve.command.core.definition.CompiledDefinition;
import dev.varve.command.port.ExecutionCommit;
import dev.varve.command.port.TimeSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.commandhandling.CommandResultMessage;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.DomainEventStream;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.eventsourcing.eventstore.inmemory.InMemoryEventStorageEngine;
import org.axonframework.messaging.unitofwork.DefaultUnitOfWork;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The shells on Axon's own bus and an in-memory store: what they apply, answer and remember. */
class ShellsTest {
  private static final TimeSource CLOCK = () -> Samples.NOW;

  private final InMemoryEventStorageEngine engine = new InMemoryEventStorageEngine();
  private final CountingStore events =
      new CountingStore(EmbeddedEventStore.builder().storageEngine(engine));
  private final DefinitionCatalog catalog =
      new DefinitionCatalog(events, Samples.LOOKUP, Samples::compile, 10);
  private final SimpleCommandBus bus = SimpleCommandBus.builder().build();

  ShellsTest() {
    publishDefinition(1);
    new CommandSide(CLOCK, Samples.HERE, catalog, null, CommandSideSettings.DEFAULT)
        .subscribe(bus, events);
  }

  @Test
  void a_batch_is_decided_in_order_on_the_state_that_the_commands_before_left() {
    var result =
        execution(true, Samples.start(), Samples.complete("step1"), Samples.complete("step1"));

    assertThat(result.items())
        .hasExactlyElementsOfTypes(Accepted.class, Accepted.class, Rejected.class);
    assertThat(((Rejected) result.items().get(2)).rejection().code())
        .isEqualTo(RejectionCode.TASK_NOT_ACTIVE);
    assertThat(payloads(Samples.EXECUTION.value()))
        .hasExactlyElementsOfTypes(ExecutionStarted.class, NodeCompleted.class);
    assertThat(commits(result)).extracting(CommandCommit::eventCount).containsExactly(1, 1);
  }

  @Test
  void what_a_commit_asks_of_the_outside_is_told_once_for_the_whole_batch() {
    ExecutionCommit commit =
        execution(true, Samples.start(), Samples.complete("step1")).news().orElseThrow();

    assertThat(commit.executionId()).isEqualTo(Samples.EXECUTION);
    assertThat(commit.dispatches())
        .singleElement()
        .satisfies(dispatch -> {
          assertThat(dispatch.task().path()).isEqualTo(new NodePath("step2"));
          assertThat(dispatch.task().owner()).isEqualTo(Samples.HERE.id());
          assertThat(dispatch.definition()).isEqualTo(Samples.NAME);
        });
    assertThat(commit.ended()).containsExactly(new NodePath("step1"));
    assertThat(commit.terminal()).isFalse();
  }

  @Test
  void a_later_batch_goes_on_from_the_events_with_and_without_a_cache() {
    execution(true, Samples.start());
    execution(false, Samples.complete("step1"));
    var fresh = SimpleCommandBus.builder().build();
    new CommandSide(CLOCK, Samples.HERE, catalog, null, new CommandSideSettings(0, 0))
        .subscribe(fresh, events);

    var result = dispatch(fresh, known(Samples.complete("step2")));

    assertThat(result.items()).hasExactlyElementsOfTypes(Accepted.class);
    assertThat(result.news().orElseThrow().terminal()).isTrue();
  }

  @Test
  void a_command_to_an_execution_that_does_not_exist_is_refused_and_writes_nothing() {
    var result = execution(false, Samples.complete("step1"));

    assertThat(((Rejected) result.items().getFirst()).rejection().code())
        .isEqualTo(RejectionCode.EXECUTION_NOT_FOUND);
    assertThat(result.news()).isEmpty();
    assertThat(payloads(Samples.EXECUTION.value())).isEmpty();
  }

  @Test
  void an_execution_that_was_missing_is_found_once_another_node_has_started_it() {
    execution(false, Samples.complete("step1"));
    var otherNode = SimpleCommandBus.builder().build();
    new CommandSide(CLOCK, Samples.HERE, catalog, null, CommandSideSettings.DEFAULT)
        .subscribe(otherNode, events);
    dispatch(otherNode, new Batch.NewExecution(Samples.EXECUTION.value(), items(Samples.start())));

    var result = execution(false, Samples.complete("step1"));

    assertThat(result.items()).hasExactlyElementsOfTypes(Accepted.class);
  }

  @Test
  void
      after_a_conflict_only_what_was_missed_is_read_and_a_refusal_is_not_decided_on_an_old_state() {
    execution(true, Samples.start());
    var otherNode = SimpleCommandBus.builder().build();
    new CommandSide(CLOCK, Samples.HERE, catalog, null, CommandSideSettings.DEFAULT)
        .subscribe(otherNode, events);
    dispatch(otherNode, known(Samples.complete("step1")));
    events.wholeStreams = 0;

    var refused = results(bus, known(Samples.complete("step2"))).getFirst();
    assertThat(refused.exceptionResult()).isInstanceOf(AppendException.StreamConflict.class);

    assertThat(execution(false, Samples.complete("step2")).items())
        .hasExactlyElementsOfTypes(Accepted.class);
    assertThat(events.wholeStreams).isZero();
  }

  @Test
  void an_execution_of_another_tenant_is_as_good_as_none() {
    execution(true, Samples.start());
    var metadata =
        new CommandMetadata(
            new TenantId("other"), UUID.randomUUID(), null, "test", null, null, null);
    var cancel = new CancelExecution(Samples.EXECUTION, null);

    var result =
        dispatch(
            bus,
            new Batch.KnownExecution(
                Samples.EXECUTION.value(), List.of(new BatchItem<>(cancel, metadata))));

    assertThat(((Rejected) result.items().getFirst()).rejection().code())
        .isEqualTo(RejectionCode.EXECUTION_NOT_FOUND);
    assertThat(payloads(Samples.EXECUTION.value()))
        .doesNotHaveAnyElementsOfTypes(ExecutionCancelled.class);
  }

  @Test
  void the_answer_to_a_start_names_execution_status_and_version() {
    var answer = commits(execution(true, Samples.start())).getFirst().answer();

    assertThat(answer.get("executionId").asString()).isEqualTo(Samples.EXECUTION.toString());
    assertThat(answer.get("status").asString()).isEqualTo("RUNNING");
    assertThat(answer.get("version").asInt()).isEqualTo(1);
  }

  @Test
  void the_latest_version_is_the_one_that_was_noted_last_and_each_is_compiled_once() {
    assertThat(versionOf(null)).isEqualTo(1);
    publishDefinition(2);
    assertThat(versionOf(null)).as("not noted yet").isEqualTo(1);

    catalog.published(
        new PublishedVersions(
            TenantId.DEFAULT, Samples.DEFINITION_STREAM, List.of(Samples.published(2))));

    assertThat(versionOf(null)).isEqualTo(2);
    assertThat(versionOf(1)).isEqualTo(1);
    assertThat(find(2)).isSameAs(find(2));
    assertThat(find(3)).isNull();
  }

  private @Nullable CompiledDefinition find(int version) {
    return catalog.find(TenantId.DEFAULT, Samples.NAME, version);
  }

  private int versionOf(@Nullable Integer version) {
    var found = catalog.find(TenantId.DEFAULT, Samples.NAME, version);
    return found == null ? 0 : found.version();
  }

  private void publishDefinition(int version) {
    engine.appendEvents(
        new GenericDomainEventMessage<>(
            "definition",
            Samples.DEFINITION_STREAM.toString(),
            version - 1,
            Samples.published(version)));
  }

  private BatchResult<Optional<ExecutionCommit>> execution(
      boolean fresh, ExecutionCommand... commands) {
    return dispatch(
        bus,
        fresh
            ? new Batch.NewExecution(Samples.EXECUTION.value(), items(commands))
            : known(commands));
  }

  private static Batch.KnownExecution known(ExecutionCommand... commands) {
    return new Batch.KnownExecution(Samples.EXECUTION.value(), items(commands));
  }

  private static List<BatchItem<ExecutionCommand>> items(ExecutionCommand... commands) {
    return Arrays.stream(commands).map(Samples::item).toList();
  }

  @SuppressWarnings("unchecked") // the shells of executions answer with this
  private static BatchResult<Optional<ExecutionCommit>> dispatch(
      SimpleCommandBus bus, Batch<?> batch) {
    List<CommandResultMessage<?>> results = results(bus, batch);
    assertThat(results).hasSize(1);
    assertThat(results.getFirst().isExceptional())
        .as(() -> String.valueOf(results.getFirst().optionalExceptionResult().orElse(null)))
        .isFalse();
    return (BatchResult<Optional<ExecutionCommit>>) results.getFirst().getPayload();
  }

  private static List<CommandResultMessage<?>> results(SimpleCommandBus bus, Batch<?> batch) {
    CommandMessage<Object> message = new GenericCommandMessage<>(batch, Map.of());
    var results = new ArrayList<CommandResultMessage<?>>();
    bus.dispatch(message, (command, result) -> results.add(result));
    return results;
  }

  /** Counts how often a stream is read from its start. */
  private static final class CountingStore extends EmbeddedEventStore {
    private int wholeStreams;

    CountingStore(Builder builder) {
      super(builder);
    }

    @Override
    public DomainEventStream readEvents(String aggregateIdentifier) {
      wholeStreams++;
      return super.readEvents(aggregateIdentifier);
    }
  }

  private List<Object> payloads(UUID stream) {
    var unit = DefaultUnitOfWork.startAndGet(new GenericCommandMessage<>("read"));
    try {
      return events
          .readEvents(stream.toString())
          .asStream()
          .map(DomainEventMessage::getPayload)
          .map(payload -> (Object) payload)
          .toList();
    } finally {
      unit.commit();
    }
  }

  private static List<CommandCommit> commits(BatchResult<?> result) {
    return result.items().stream()
        .filter(Accepted.class::isInstance)
        .map(item -> ((Accepted) item).commit())
        .toList();
  }
}
