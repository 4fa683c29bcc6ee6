package dev.varve.testkit.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.common.CommandOutcome;
import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.TenantId;
import dev.varve.api.execution.ExecutionCommand.CancelExecution;
import dev.varve.api.execution.ExecutionCommand.StartExecution;
import dev.varve.api.execution.ExecutionEvent.AttemptLost;
import dev.varve.api.execution.ExecutionEvent.ExecutionCancelled;
import dev.varve.api.execution.ExecutionEvent.ExecutionCompleted;
import dev.varve.api.execution.ExecutionEvent.ExecutionFailed;
import dev.varve.api.execution.ExecutionEvent.NodeCompleted;
import dev.varve.api.log.CommandMetadata;
import dev.varve.api.task.ScheduledTimer;
import dev.varve.command.port.CommandIds;
import dev.varve.command.worker.TaskContext;
import dev.varve.command.worker.TaskHandler;
import dev.varve.eventstore.StoredEvent;
import dev.varve.eventstore.schema.SchemaMigrations;
import dev.varve.workqueue.WorkSettings;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

class WorkingNodesIT {
  private static final WorkSettings SETTINGS =
      new WorkSettings(
          Duration.ofSeconds(2),
          Duration.ofMillis(50),
          Duration.ofSeconds(1),
          Duration.ofMillis(100),
          64,
          1_000,
          false);

  private final WorkDatabase database = new WorkDatabase();
  private final Deque<WorkingNode> nodes = new ArrayDeque<>();

  /** What a task does. */
  @FunctionalInterface
  private interface Work {
    JsonNode handle(TaskContext task) throws Exception;
  }

  private record Handler(Work work) implements TaskHandler {
    @Override
    public String name() {
      return "work";
    }

    @Override
    public JsonNode handle(TaskContext task) throws Exception {
      return work.handle(task);
    }
  }

  @BeforeEach
  void migrate() {
    SchemaMigrations.EVENT_STORE.migrate(database.dataSource());
  }

  @AfterEach
  void close() {
    nodes.forEach(WorkingNode::close);
  }

  private WorkingNode node(String name, Work work) throws SQLException {
    var node = new WorkingNode(name, database, SETTINGS, new Handler(work));
    nodes.push(node);
    return node;
  }

  private static CommandMetadata metadata() {
    return new CommandMetadata(TenantId.DEFAULT, CommandIds.next(), null, "test", null, null, null);
  }

  private static ExecutionId start(WorkingNode node, String definition) {
    var id = new ExecutionId(node.log.placement().newStreamId(0));
    CommandOutcome outcome =
        node.mailbox.send(
            new StartExecution(
                id, definition, null, JsonNodeFactory.instance.objectNode(), null, Map.of()),
            metadata());
    assertThat(outcome).isInstanceOf(CommandOutcome.Accepted.class);
    return id;
  }

  private static List<Object> history(WorkingNode node, ExecutionId id) {
    return node.log.readStream(id.value(), 0, 1_000).stream().map(StoredEvent::payload).toList();
  }

  private static void ends(WorkingNode node, ExecutionId id, Class<?> end) throws Exception {
    Soon.until(
        () -> "the end of " + id + ", but it has " + history(node, id),
        () -> end.isInstance(history(node, id).getLast()));
  }

  private void tableIsEmpty() throws Exception {
    Soon.until(
        () -> "work tables to be empty",
        () ->
            database
                .rows(
                    "select execution_id from work.task union all"
                        + " select execution_id from work.timer")
                .isEmpty());
  }

  @Test
  void tasks_in_a_row_run_each_right_after_the_commit_before() throws Exception {
    var runs = new AtomicInteger();
    WorkingNode node =
        node(
            "a",
            task -> {
              runs.incrementAndGet();
              return task.input();
            });
    node.mailbox.send(Chains.chain("ten", 10, 0, 0), metadata());

    ExecutionId id = start(node, "ten");

    ends(node, id, ExecutionCompleted.class);
    assertThat(history(node, id))
        .hasSize(12)
        .filteredOn(NodeCompleted.class::isInstance)
        .hasSize(10);
    assertThat(runs).hasValue(10);
    tableIsEmpty();
    Soon.until(() -> "nothing is held", () -> node.dispatcher.held() == 0);
  }

  @Test
  void an_attempt_past_its_deadline_fails_with_timeout() throws Exception {
    var interrupted = new CountDownLatch(1);
    WorkingNode node =
        node(
            "a",
            task -> {
              try {
                new CountDownLatch(1).await();
              } finally {
                interrupted.countDown();
              }
              return task.input();
            });
    node.mailbox.send(Chains.chain("slow", 1, 3_000, 0), metadata());

    ExecutionId id = start(node, "slow");

    ends(node, id, ExecutionFailed.class);
    assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(history(node, id).getLast())
        .isInstanceOfSatisfying(
            ExecutionFailed.class,
            failed -> assertThat(failed.error().code()).isEqualTo("timeout"));
    tableIsEmpty();
  }

  @Test
  void cancelling_interrupts_what_runs() throws Exception {
    var begun = new CountDownLatch(1);
    var interrupted = new CountDownLatch(1);
    WorkingNode node =
        node(
            "a",
            task -> {
              begun.countDown();
              try {
                new CountDownLatch(1).await();
              } finally {
                interrupted.countDown();
              }
              return task.input();
            });
    node.mailbox.send(Chains.chain("slow", 1, 0, 0), metadata());
    ExecutionId id = start(node, "slow");
    assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();

    node.mailbox.send(new CancelExecution(id, "enough"), metadata());

    assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(history(node, id).getLast()).isInstanceOf(ExecutionCancelled.class);
    tableIsEmpty();
  }

  @Test
  void a_delay_ends_once_and_never_early() throws Exception {
    WorkingNode first = node("a", TaskContext::input);
    node("b", TaskContext::input);
    first.mailbox.send(Chains.chain("pause", 1, 0, 300), metadata());
    var ids = new ArrayList<ExecutionId>();
    for (int i = 0; i < 20; i++) {
      ids.add(start(first, "pause"));
    }

    for (ExecutionId id : ids) {
      ends(first, id, ExecutionCompleted.class);
      List<StoredEvent> events = first.log.readStream(id.value(), 0, 100);
      assertThat(events).as("start, task, delay, end").hasSize(4);
      assertThat(events.get(1).payload())
          .isInstanceOfSatisfying(
              NodeCompleted.class,
              done -> {
                ScheduledTimer timer = done.timers().getFirst();
                Instant fired = events.get(2).recordedAt();
                assertThat(fired).isAfterOrEqualTo(timer.dueAt());
              });
    }
    tableIsEmpty();
  }

  @Test
  void the_work_of_a_killed_node_is_finished_by_the_other() throws Exception {
    Set<String> keysOfA = ConcurrentHashMap.newKeySet();
    var stuck = new CountDownLatch(20);
    WorkingNode a =
        node(
            "a",
            task -> {
              if (task.path().value().equals("t2")) {
                keysOfA.add(task.idempotencyKey());
                stuck.countDown();
                new CountDownLatch(1).await();
              }
              return task.input();
            });
    Set<String> keysOfB = ConcurrentHashMap.newKeySet();
    a.mailbox.send(Chains.chain("five", 5, 0, 0), metadata());
    var ids = new ArrayList<ExecutionId>();
    for (int i = 0; i < 20; i++) {
      ids.add(start(a, "five"));
    }
    assertThat(stuck.await(30, TimeUnit.SECONDS)).isTrue();
    WorkingNode b =
        node(
            "b",
            task -> {
              keysOfB.add(task.idempotencyKey());
              return task.input();
            });

    a.kill();

    for (ExecutionId id : ids) {
      ends(b, id, ExecutionCompleted.class);
      List<Object> events = history(b, id);
      assertThat(events).filteredOn(NodeCompleted.class::isInstance).hasSize(5);
      assertThat(events).filteredOn(ExecutionCompleted.class::isInstance).hasSize(1);
      assertThat(events)
          .filteredOn(AttemptLost.class::isInstance)
          .singleElement()
          .isInstanceOfSatisfying(
              AttemptLost.class, lost -> assertThat(lost.owner()).isEqualTo(a.self.id()));
    }
    assertThat(keysOfB).as("repeated under the same keys").containsAll(keysOfA);
    tableIsEmpty();
  }
}
