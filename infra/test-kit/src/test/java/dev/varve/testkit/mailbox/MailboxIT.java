package dev.varve.testkit.mailbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.api.common.CommandOutcome;
import dev.varve.api.common.CommandOutcome.Accepted;
import dev.varve.api.common.CommandOutcome.Rejected;
import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.NodePath;
import dev.varve.api.common.TenantId;
import dev.varve.api.execution.ExecutionCommand.CancelExecution;
import dev.varve.api.execution.ExecutionCommand.CompleteTask;
import dev.varve.api.execution.ExecutionCommand.StartExecution;
import dev.varve.api.execution.ExecutionEvent.ExecutionCompleted;
import dev.varve.api.log.AppendException;
import dev.varve.api.log.CommandMetadata;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.command.mailbox.MailboxSettings;
import dev.varve.command.port.ExecutionCommit;
import dev.varve.eventstore.StoredEvent;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

class MailboxIT {
  private static final JsonNode EMPTY = JsonNodeFactory.instance.objectNode();

  private final TestDatabase database = new TestDatabase();
  private final List<CommandNode> nodes = new ArrayList<>();
  private final CommandNode a = node("a");

  private CommandNode node(String name) {
    return node(name, MailboxSettings.DEFAULT);
  }

  private CommandNode node(String name, MailboxSettings settings) {
    try {
      var node = new CommandNode(name, database, settings);
      nodes.add(node);
      return node;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void publish() {
    a.mailbox.send(Shapes.parallel("wide", 50), metadata(null));
    a.mailbox.send(Shapes.sequence("long", 30), metadata(null));
  }

  @AfterEach
  void close() {
    nodes.forEach(CommandNode::close);
    database.close();
  }

  @Test
  void fifty_completions_of_one_execution_at_once_cost_a_few_commits() throws Exception {
    ExecutionId id = start(a, "wide");
    long before = a.log.stats().units();

    List<CompletableFuture<CommandOutcome>> outcomes =
        IntStream.range(0, 50)
            .mapToObj(i -> a.mailbox.submit(complete(id, i), metadata(null)))
            .toList();

    for (var outcome : outcomes) {
      assertThat(outcome.get(20, TimeUnit.SECONDS)).isInstanceOf(Accepted.class);
    }
    assertThat(a.log.stats().units() - before).isBetween(1L, 10L);
    assertThat(history(id))
        .hasSize(52)
        .last()
        .matches(e -> e.payload() instanceof ExecutionCompleted);
    await(() -> a.mailbox.waiting() == 0);
  }

  @Test
  void after_a_conflict_the_state_catches_up_and_the_command_is_decided_again() {
    CommandNode b = node("b");
    ExecutionId id = start(a, "long");

    for (int i = 0; i < 30; i++) {
      CommandNode sender = i % 2 == 0 ? b : a;
      assertThat(sender.mailbox.send(complete(id, i), metadata(null))).isInstanceOf(Accepted.class);
    }

    assertThat(history(id)).hasSize(32);
    assertThat(history(id).stream().map(StoredEvent::node)).contains("a", "b");
  }

  @Test
  void two_nodes_that_complete_the_same_execution_at_once_lose_nothing_and_repeat_nothing()
      throws Exception {
    CommandNode b = node("b");
    ExecutionId id = start(a, "wide");

    List<CompletableFuture<CommandOutcome>> outcomes = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      outcomes.add((i % 2 == 0 ? a : b).mailbox.submit(complete(id, i), metadata(null)));
      outcomes.add((i % 2 == 0 ? b : a).mailbox.submit(complete(id, i), metadata(null)));
    }

    int accepted = 0;
    for (var outcome : outcomes) {
      accepted += outcome.get(30, TimeUnit.SECONDS) instanceof Accepted ? 1 : 0;
    }
    assertThat(accepted).isEqualTo(50);
    assertThat(history(id)).hasSize(52);
  }

  @Test
  void one_client_id_makes_one_execution_also_for_concurrent_callers() throws Exception {
    List<CompletableFuture<CommandOutcome>> outcomes =
        IntStream.range(0, 20)
            .mapToObj(i -> a.mailbox.submit(starting(a, "long", null), metadata("order-1")))
            .toList();

    var streams = new ArrayList<UUID>();
    int replayed = 0;
    for (var outcome : outcomes) {
      var accepted = (Accepted) outcome.get(20, TimeUnit.SECONDS);
      streams.add(accepted.streamId());
      replayed += accepted.committed().replayed() ? 1 : 0;
      assertThat(accepted.committed().answer().get("executionId").asString())
          .isEqualTo(accepted.streamId().toString());
    }
    assertThat(streams).containsOnly(streams.getFirst());
    assertThat(replayed).isEqualTo(19);
    assertThat(history(new ExecutionId(streams.getFirst()))).hasSize(1);
  }

  @Test
  void a_client_id_with_another_body_is_refused() {
    a.mailbox.send(starting(a, "long", null), metadata("order-1"));
    var other =
        new CommandMetadata(
            TenantId.DEFAULT,
            UUID.randomUUID(),
            new CommandMetadata.Idempotency("order-1", "other body"),
            "test",
            null,
            null,
            null);

    assertThat(code(a.mailbox.send(starting(a, "long", null), other)))
        .isEqualTo(RejectionCode.COMMAND_ID_REUSED);
  }

  @Test
  void a_repeat_that_would_be_refused_gets_the_first_answer() {
    ExecutionId id = start(a, "long");
    var first = (Accepted) a.mailbox.send(new CancelExecution(id, null), metadata("cancel-1"));

    var again = (Accepted) a.mailbox.send(new CancelExecution(id, null), metadata("cancel-1"));

    assertThat(again.committed().replayed()).isTrue();
    assertThat(again.committed().answer()).isEqualTo(first.committed().answer());
    assertThat(again.committed().position()).isEqualTo(first.committed().position());
    assertThat(code(a.mailbox.send(new CancelExecution(id, null), metadata("cancel-2"))))
        .isEqualTo(RejectionCode.EXECUTION_TERMINAL);
  }

  @Test
  void a_business_key_belongs_to_one_running_execution() {
    var first = (Accepted) a.mailbox.send(starting(a, "long", "order-7"), metadata(null));

    assertThat(code(a.mailbox.send(starting(a, "long", "order-7"), metadata(null))))
        .isEqualTo(RejectionCode.EXECUTION_BUSINESS_KEY_TAKEN);

    a.mailbox.send(new CancelExecution(new ExecutionId(first.streamId()), null), metadata(null));
    assertThat(a.mailbox.send(starting(a, "long", "order-7"), metadata(null)))
        .isInstanceOf(Accepted.class);
  }

  @Test
  void a_start_with_an_id_that_is_taken_is_refused() {
    ExecutionId id = start(a, "long");
    var again = new StartExecution(id, "long", null, EMPTY, null, Map.of());

    assertThat(code(a.mailbox.send(again, metadata(null))))
        .isEqualTo(RejectionCode.EXECUTION_EXISTS);
    assertThat(a.mailbox.send(complete(id, 0), metadata(null))).isInstanceOf(Accepted.class);
  }

  @Test
  void a_refused_command_changes_nothing_and_spoils_no_other_of_its_batch() throws Exception {
    ExecutionId id = start(a, "wide");

    List<CompletableFuture<CommandOutcome>> outcomes =
        IntStream.range(0, 40)
            .mapToObj(i -> a.mailbox.submit(complete(id, i / 2), metadata(null)))
            .toList();

    for (int i = 0; i < 40; i++) {
      CommandOutcome outcome = outcomes.get(i).get(20, TimeUnit.SECONDS);
      assertThat(outcome instanceof Accepted).as("completion %d", i).isEqualTo(i % 2 == 0);
    }
    assertThat(history(id)).hasSize(21);
  }

  @Test
  void the_listener_hears_of_every_commit_once_with_what_it_may_dispatch() {
    ExecutionId id = start(a, "long");
    a.mailbox.send(complete(id, 0), metadata(null));
    a.mailbox.send(complete(id, 0), metadata(null)); // refused: no commit

    var heard = List.copyOf(a.commits);
    assertThat(heard).hasSize(2).allMatch(commit -> commit.executionId().equals(id));
    assertThat(paths(heard.get(0))).containsExactly("task0");
    assertThat(paths(heard.get(1))).containsExactly("task1");
    assertThat(heard.get(1).ended()).containsExactly(new NodePath("task0"));
    assertThat(heard.get(1).dispatches().getFirst().task().owner()).isEqualTo(a.incarnation.id());
  }

  @Test
  void a_long_execution_is_loaded_from_its_snapshot() throws Exception {
    ExecutionId id = start(a, "long");
    for (int i = 0; i < 25; i++) {
      a.mailbox.send(complete(id, i), metadata(null));
    }
    await(() ->
        database.count("select count(*) from event_store.snapshot where sequence >= 19") == 1);

    CommandNode b = node("b");
    for (int i = 25; i < 30; i++) {
      assertThat(b.mailbox.send(complete(id, i), metadata(null))).isInstanceOf(Accepted.class);
    }

    assertThat(history(id)).hasSize(32);
  }

  @Test
  void two_nodes_that_publish_the_same_name_at_once_make_one_definition() throws Exception {
    CommandNode b = node("b");
    List<CompletableFuture<CommandOutcome>> outcomes =
        IntStream.range(0, 10)
            .mapToObj(i ->
                CompletableFuture.supplyAsync(() ->
                    (i % 2 == 0 ? a : b)
                        .mailbox.send(Shapes.sequence("raced", i / 2 + 1), metadata(null))))
            .toList();

    var streams = new ArrayList<UUID>();
    for (var outcome : outcomes) {
      streams.add(((Accepted) outcome.get(20, TimeUnit.SECONDS)).streamId());
    }
    assertThat(streams).containsOnly(streams.getFirst());
    List<StoredEvent> versions = a.log.readStream(streams.getFirst(), 0, 100);
    assertThat(versions).hasSizeBetween(5, 10);
    assertThat(versions.stream().map(StoredEvent::sequence))
        .containsExactlyElementsOf(
            IntStream.range(0, versions.size()).mapToObj(i -> (long) i).toList());
  }

  @Test
  void the_same_content_again_is_the_version_that_is_there() {
    var again = (Accepted) a.mailbox.send(Shapes.sequence("long", 30), metadata(null));

    assertThat(again.committed().answer().get("version").asInt()).isEqualTo(1);
    assertThat(again.committed().answer().get("created").asBoolean()).isFalse();
    assertThat(a.log.readStream(again.streamId(), 0, 10)).hasSize(1);
  }

  @Test
  void beyond_the_limit_commands_are_refused_and_nothing_of_them_is_done() throws Exception {
    ExecutionId id = start(a, "wide");
    CommandNode narrow = node("narrow", new MailboxSettings(3, 100, 1, 5));

    var outcomes =
        IntStream.range(0, 50)
            .mapToObj(i -> narrow.mailbox.submit(complete(id, i), metadata(null)))
            .toList();

    int accepted = 0;
    for (var outcome : outcomes) {
      try {
        accepted += outcome.get(20, TimeUnit.SECONDS) instanceof Accepted ? 1 : 0;
      } catch (ExecutionException e) {
        assertThat(e.getCause())
            .isInstanceOfSatisfying(
                AppendException.Unavailable.class,
                full -> assertThat(full.code()).isEqualTo("server.overloaded"));
      }
    }
    assertThat(accepted).isBetween(1, 49);
    assertThat(history(id)).hasSize(1 + accepted);
    await(() -> narrow.mailbox.waiting() == 0);
  }

  @Test
  void when_the_log_is_closed_the_sender_is_told_that_nothing_was_done() {
    ExecutionId id = start(a, "long");
    a.log.close();

    assertThatThrownBy(() -> a.mailbox.send(complete(id, 0), metadata(null)))
        .isInstanceOf(AppendException.Unavailable.class);
  }

  private static ExecutionId start(CommandNode node, String definition) {
    var outcome = node.mailbox.send(starting(node, definition, null), metadata(null));
    return new ExecutionId(((Accepted) outcome).streamId());
  }

  private static StartExecution starting(
      CommandNode node, String definition, @Nullable String businessKey) {
    var placement = node.log.placement();
    return new StartExecution(
        new ExecutionId(placement.newStreamId(placement.any())),
        definition,
        null,
        EMPTY,
        businessKey,
        Map.of());
  }

  private static CompleteTask complete(ExecutionId id, int task) {
    return new CompleteTask(id, new NodePath("task" + task), 1, EMPTY);
  }

  private static CommandMetadata metadata(@Nullable String key) {
    return new CommandMetadata(
        TenantId.DEFAULT,
        UUID.randomUUID(),
        key == null ? null : new CommandMetadata.Idempotency(key, "body"),
        "test",
        null,
        null,
        null);
  }

  private static RejectionCode code(CommandOutcome outcome) {
    return ((Rejected) outcome).rejection().code();
  }

  private static List<String> paths(ExecutionCommit commit) {
    return commit.dispatches().stream().map(each -> each.task().path().value()).toList();
  }

  private List<StoredEvent> history(ExecutionId id) {
    return a.log.readStream(id.value(), 0, 1_000);
  }

  @FunctionalInterface
  private interface Check {
    boolean holds() throws Exception;
  }

  private static void await(Check check) throws Exception {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!check.holds()) {
      assertThat(System.nanoTime()).as("deadline").isLessThan(until);
      Thread.onSpinWait();
    }
  }
}
