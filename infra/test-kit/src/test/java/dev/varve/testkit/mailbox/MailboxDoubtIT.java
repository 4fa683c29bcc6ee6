package dev.varve.testkit.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.common.CommandOutcome;
import dev.varve.api.common.CommandOutcome.Accepted;
import dev.varve.api.common.CommandOutcome.Rejected;
import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.NodePath;
import dev.varve.api.common.TenantId;
import dev.varve.api.execution.ExecutionCommand;
import dev.varve.api.execution.ExecutionCommand.CancelExecution;
import dev.varve.api.execution.ExecutionCommand.CompleteTask;
import dev.varve.api.execution.ExecutionCommand.StartExecution;
import dev.varve.api.log.AppendException;
import dev.varve.api.log.CommandMetadata;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.command.mailbox.MailboxSettings;
import dev.varve.eventstore.EventLogSettings;
import dev.varve.eventstore.StoredEvent;
import dev.varve.eventstore.postgres.WriterConnections;
import dev.varve.testkit.log.CutConnections;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** What the mailbox does with commands whose outcome is open, and with repeats of one command. */
class MailboxDoubtIT {
  private static final JsonNode EMPTY = JsonNodeFactory.instance.objectNode();
  private static final String HELD =
      "from pg_stat_activity where datname = current_database() and application_name like 'varve append%'"
          + " and wait_event = 'advisory'";

  private final TestDatabase database = new TestDatabase();
  private final EventLogSettings settings =
      EventLogSettings.of("a")
          .with(
              new EventLogSettings.Timeouts(
                  Duration.ofMillis(200),
                  Duration.ofSeconds(20),
                  Duration.ofSeconds(20),
                  Duration.ofSeconds(1)));
  private final CutConnections connections =
      new CutConnections(
          WriterConnections.direct(
              database.url(), database.user(), database.password(), settings.timeouts()));
  private final CommandNode node = open();

  private CommandNode open() {
    try {
      return new CommandNode(settings, database, MailboxSettings.DEFAULT, connections);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void publish() {
    node.mailbox.send(Shapes.parallel("wide", 50), metadata(null, "body"));
  }

  @AfterEach
  void close() {
    node.close();
    database.close();
  }

  @Test
  void commands_behind_an_open_outcome_that_is_committed_after_all_are_decided_on_it()
      throws Exception {
    ExecutionId id = start();
    CompletableFuture<CommandOutcome> open;
    List<CompletableFuture<CommandOutcome>> behind;
    try (Connection held = holdInserts()) {
      open = node.mailbox.submit(complete(id, 0), metadata("k0", "body"));
      untilHeld();
      behind = submitBehind(id);
      connections.cut(0);
      assertUnknown(open);
      letGo(held);
    }
    assertAccepted(behind);
    assertThat(history(id)).hasSize(11);
    var repeat = (Accepted) node.mailbox.send(complete(id, 0), metadata("k0", "body"));
    assertThat(repeat.committed().replayed()).isTrue();
    assertThat(node.mailbox.waiting()).isZero();
  }

  @Test
  void commands_behind_an_open_outcome_that_came_to_nothing_are_decided_without_it()
      throws Exception {
    ExecutionId id = start();
    CompletableFuture<CommandOutcome> open;
    List<CompletableFuture<CommandOutcome>> behind;
    try (Connection held = holdInserts()) {
      open = node.mailbox.submit(complete(id, 0), metadata("k0", "body"));
      untilHeld();
      behind = submitBehind(id);
      connections.cut(0);
      assertUnknown(open);
      database.count("select count(pg_terminate_backend(pid)) " + HELD);
      letGo(held);
    }
    assertAccepted(behind);
    assertThat(history(id)).hasSize(10);
    var repeat = (Accepted) node.mailbox.send(complete(id, 0), metadata("k0", "body"));
    assertThat(repeat.committed().replayed()).isFalse();
    assertThat(history(id)).hasSize(11);
  }

  @Test
  void one_cancel_is_sent_many_times_at_once_and_every_sender_gets_the_first_answer()
      throws Exception {
    ExecutionId id = start();
    long before = node.log.stats().units();
    List<CommandOutcome> outcomes =
        together(20, i -> new CancelExecution(id, null), i -> metadata("cancel", "body"));

    assertThat(outcomes).allMatch(Accepted.class::isInstance);
    assertThat(outcomes.stream().filter(each -> !((Accepted) each).committed().replayed()))
        .hasSize(1);
    assertThat(outcomes.stream().map(each -> ((Accepted) each).committed().position()).distinct())
        .hasSize(1);
    assertThat(history(id)).hasSize(2);
    assertThat(node.log.stats().units() - before).isEqualTo(1);
  }

  @Test
  void one_batch_holds_the_same_key_with_the_same_and_with_another_body() throws Exception {
    ExecutionId id = start();
    List<CompletableFuture<CommandOutcome>> outcomes = new ArrayList<>();
    try (Connection held = holdInserts()) {
      // While the first is being committed, the others become one batch.
      outcomes.add(node.mailbox.submit(complete(id, 49), metadata(null, "body")));
      untilHeld();
      outcomes.add(node.mailbox.submit(complete(id, 0), metadata("same", "body")));
      outcomes.add(node.mailbox.submit(complete(id, 1), metadata(null, "body")));
      outcomes.add(node.mailbox.submit(complete(id, 0), metadata("same", "body")));
      outcomes.add(node.mailbox.submit(complete(id, 2), metadata("same", "other body")));
      outcomes.add(node.mailbox.submit(complete(id, 3), metadata("third", "body")));
      letGo(held);
    }
    List<CommandOutcome> done = new ArrayList<>();
    for (var each : outcomes) {
      done.add(each.get(20, TimeUnit.SECONDS));
    }
    assertThat(replayed(done.get(1))).isFalse();
    assertThat(replayed(done.get(2))).isFalse();
    assertThat(replayed(done.get(3))).isTrue();
    assertThat(((Accepted) done.get(3)).committed().position())
        .isEqualTo(((Accepted) done.get(1)).committed().position());
    assertThat(((Rejected) done.get(4)).rejection().code())
        .isEqualTo(RejectionCode.COMMAND_ID_REUSED);
    assertThat(replayed(done.get(5))).isFalse();
    assertThat(history(id)).hasSize(5);
  }

  @Test
  void one_start_is_sent_many_times_at_once_with_its_own_execution_id() throws Exception {
    ExecutionId id = new ExecutionId(node.log.placement().newStreamId(0));
    List<CommandOutcome> outcomes =
        together(20, i -> starting(id), i -> metadata("start", i % 4 == 3 ? "other" : "body"));

    List<CommandOutcome> refused = outcomes.stream().filter(Rejected.class::isInstance).toList();
    assertThat(outcomes.stream().filter(Accepted.class::isInstance).filter(o -> !replayed(o)))
        .hasSize(1);
    // Whichever body came first, the other one is refused.
    assertThat(refused.size()).isIn(5, 15);
    assertThat(refused)
        .allMatch(each -> ((Rejected) each).rejection().code() == RejectionCode.COMMAND_ID_REUSED);
    assertThat(history(id)).hasSize(1);
  }

  private interface Numbered<T> {
    T at(int index);
  }

  private List<CommandOutcome> together(
      int count, Numbered<ExecutionCommand> command, Numbered<CommandMetadata> metadata)
      throws Exception {
    List<CompletableFuture<CommandOutcome>> sent =
        IntStream.range(0, count)
            .mapToObj(i -> node.mailbox.submit(command.at(i), metadata.at(i)))
            .toList();
    List<CommandOutcome> outcomes = new ArrayList<>();
    for (var each : sent) {
      outcomes.add(each.get(20, TimeUnit.SECONDS));
    }
    return outcomes;
  }

  private List<CompletableFuture<CommandOutcome>> submitBehind(ExecutionId id) {
    return IntStream.range(1, 10)
        .mapToObj(i -> node.mailbox.submit(complete(id, i), metadata(null, "body")))
        .toList();
  }

  private static void assertAccepted(List<CompletableFuture<CommandOutcome>> outcomes)
      throws Exception {
    for (var each : outcomes) {
      assertThat(each.get(20, TimeUnit.SECONDS)).isInstanceOf(Accepted.class);
    }
  }

  private static void assertUnknown(CompletableFuture<CommandOutcome> open) throws Exception {
    try {
      assertThat(open.get(20, TimeUnit.SECONDS)).as("an outcome").isNull();
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOf(AppendException.OutcomeUnknown.class);
    }
  }

  private static boolean replayed(CommandOutcome outcome) {
    return ((Accepted) outcome).committed().replayed();
  }

  private ExecutionId start() {
    var id = new ExecutionId(node.log.placement().newStreamId(0));
    assertThat(node.mailbox.send(starting(id), metadata(null, "body")))
        .isInstanceOf(Accepted.class);
    return id;
  }

  private static StartExecution starting(ExecutionId id) {
    return new StartExecution(id, "wide", null, EMPTY, null, Map.of());
  }

  private static CompleteTask complete(ExecutionId id, int task) {
    return new CompleteTask(id, new NodePath("task" + task), 1, EMPTY);
  }

  private static CommandMetadata metadata(@Nullable String key, String body) {
    return new CommandMetadata(
        TenantId.DEFAULT,
        UUID.randomUUID(),
        key == null ? null : new CommandMetadata.Idempotency(key, body),
        "test",
        null,
        null,
        null);
  }

  private List<StoredEvent> history(ExecutionId id) {
    return node.log.readStream(id.value(), 0, 1_000);
  }

  /** Every insert of events waits behind its rows, until the connection lets go. */
  private Connection holdInserts() throws SQLException {
    Connection connection = database.source().getConnection();
    try (var statement = connection.createStatement()) {
      statement.execute(
          "create or replace function slow() returns trigger language plpgsql"
              + " set lock_timeout = 0 as $$ begin"
              + " perform pg_advisory_xact_lock_shared(4711); return null; end $$");
      statement.execute(
          "create trigger slow after insert on event_store.event for each statement execute function slow()");
      statement.execute("select pg_advisory_lock(4711)");
    }
    return connection;
  }

  private static void letGo(Connection held) throws SQLException {
    try (var statement = held.createStatement()) {
      statement.execute("select pg_advisory_unlock_all()");
    }
  }

  private void untilHeld() throws SQLException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (database.count("select count(*) " + HELD) == 0) {
      assertThat(System.nanoTime()).as("deadline").isLessThan(until);
      LockSupport.parkNanos(2_000_000);
    }
  }
}
