package dev.varve.eventstore.axon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.common.TenantId;
import dev.varve.api.log.AppendException;
import dev.varve.api.log.CommandCommit;
import dev.varve.api.log.CommandMetadata;
import dev.varve.api.log.Committed;
import dev.varve.api.log.StreamIds;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.axonframework.commandhandling.CommandResultMessage;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.messaging.GenericMessage;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

class CommitInterceptorTest {
  private static final UUID STREAM = StreamIds.of(1, 0, 1);

  private final InMemoryEventLog log = new InMemoryEventLog();
  private final LogEventStore store = new LogEventStore(log, SnapshotSource.NONE, 2);
  private final SimpleCommandBus bus = SimpleCommandBus.builder().build();

  CommitInterceptorTest() {
    bus.registerHandlerInterceptor(new CommitInterceptor(log));
  }

  @Test
  void events_of_two_commands_are_appended_as_one_unit_and_both_commits_are_completed() {
    CommandCommit first = commit(2);
    CommandCommit second = commit(1);

    var result =
        dispatch(() -> {
          publish(0, "a");
          publish(1, "b");
          publish(2, "c");
          add(first);
          add(second);
        });

    assertThat(result.isExceptional()).isFalse();
    assertThat(log.units).hasSize(1);
    assertThat(position(first)).isEqualTo(2);
    assertThat(position(second)).isEqualTo(3);
    assertThat(store.readEvents(STREAM.toString()).asStream().map(m -> (Object) m.getPayload()))
        .containsExactly("a", "b", "c");
  }

  @Test
  void a_commit_without_events_is_appended_for_its_receipt() {
    dispatch(() -> add(commit(0)));

    assertThat(log.units).hasSize(1);
    assertThat(log.units.getFirst().events()).isEmpty();
  }

  @Test
  void a_unit_of_work_in_which_everything_was_rejected_appends_nothing() {
    var result = dispatch(() -> {});

    assertThat(result.isExceptional()).isFalse();
    assertThat(log.units).isEmpty();
  }

  @Test
  void a_conflict_leaves_the_bus_as_what_it_is() {
    log.failNextWith(new AppendException.StreamConflict(STREAM, 0));

    var result =
        dispatch(() -> {
          publish(0, "a");
          add(commit(1));
        });

    assertThat(result.exceptionResult()).isInstanceOf(AppendException.StreamConflict.class);
    assertThat(log.units).isEmpty();
  }

  @Test
  void an_event_that_no_command_claims_is_refused() {
    var result = dispatch(() -> publish(0, "a"));

    assertThat(result.exceptionResult()).isInstanceOf(IllegalStateException.class);
    assertThat(log.units).isEmpty();
  }

  @Test
  void message_identifiers_are_distinct_and_become_time_ordered_event_ids() {
    dispatch(() -> {
      publish(0, "a");
      publish(1, "b");
      add(commit(2));
    });

    var ids = log.units.getFirst().events().stream().map(e -> e.eventId()).toList();
    assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.version() == 7 && id.variant() == 2);
  }

  private CommandResultMessage<?> dispatch(Runnable handler) {
    String name = UUID.randomUUID().toString();
    bus.subscribe(
        name,
        message -> {
          handler.run();
          return null;
        });
    var result = new AtomicReference<@Nullable CommandResultMessage<?>>();
    bus.dispatch(
        new GenericCommandMessage<>(new GenericMessage<>("payload"), name),
        (message, answer) -> result.set(answer));
    CommandResultMessage<?> answer = result.get();
    assertThat(answer).isNotNull();
    return Objects.requireNonNull(answer);
  }

  private void publish(long sequence, String payload) {
    store.publish(
        new GenericDomainEventMessage<>("execution", STREAM.toString(), sequence, payload));
  }

  private static void add(CommandCommit commit) {
    List<CommandCommit> commits =
        CurrentUnitOfWork.get()
            .root()
            .getOrComputeResource(CommandCommit.RESOURCE, key -> new ArrayList<>());
    commits.add(commit);
  }

  private static CommandCommit commit(int events) {
    var metadata =
        new CommandMetadata(TenantId.DEFAULT, UUID.randomUUID(), null, "test", null, null, null);
    return new CommandCommit(
        STREAM, metadata, events, List.of(), JsonNodeFactory.instance.objectNode());
  }

  private static long position(CommandCommit commit) {
    Committed committed = commit.committed();
    assertThat(committed).isNotNull();
    return Objects.requireNonNull(committed).position().position();
  }
}
