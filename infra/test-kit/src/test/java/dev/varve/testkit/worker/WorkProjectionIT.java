package dev.varve.testkit.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.common.ErrorInfo;
import dev.varve.api.common.NodePath;
import dev.varve.api.common.TenantId;
import dev.varve.api.execution.ExecutionEvent;
import dev.varve.api.execution.ExecutionEvent.AttemptFailed;
import dev.varve.api.execution.ExecutionEvent.AttemptLost;
import dev.varve.api.execution.ExecutionEvent.ExecutionCancelled;
import dev.varve.api.execution.ExecutionEvent.ExecutionCompleted;
import dev.varve.api.execution.ExecutionEvent.ExecutionFailed;
import dev.varve.api.execution.ExecutionEvent.ExecutionResumed;
import dev.varve.api.execution.ExecutionEvent.ExecutionRetried;
import dev.varve.api.execution.ExecutionEvent.ExecutionStarted;
import dev.varve.api.execution.ExecutionEvent.ExecutionSuspended;
import dev.varve.api.execution.ExecutionEvent.NodeCompleted;
import dev.varve.api.execution.ExecutionEvent.NodeFailed;
import dev.varve.api.execution.ExecutionEvent.NodeReleased;
import dev.varve.api.log.CommandMetadata;
import dev.varve.api.log.LogPosition;
import dev.varve.api.task.NextAttempt;
import dev.varve.api.task.ScheduledTask;
import dev.varve.api.task.ScheduledTimer;
import dev.varve.api.task.ScheduledTimer.Kind;
import dev.varve.eventstore.StoredEvent;
import dev.varve.eventstore.axon.StoredEventMessage;
import dev.varve.workqueue.WorkProjection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.axonframework.eventhandling.Segment;
import org.axonframework.messaging.unitofwork.DefaultUnitOfWork;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NullNode;

class WorkProjectionIT {
  private static final Instant NOW = Instant.parse("2026-12-01T00:00:00.123456Z");
  private static final String TASKS =
      """
      select tenant_id, execution_id, path, node_id, type, handler, attempt, owner, available_at,
        deadline, convert_from(input, 'UTF8'), traceparent
      from work.task order by execution_id, path\
      """;
  private static final String TIMERS = "select * from work.timer order by execution_id, path, kind";

  private final WorkDatabase database = new WorkDatabase();
  private final WorkProjection projection = new WorkProjection(database.dataSource());
  private final List<StoredEventMessage> log = new ArrayList<>();

  private void record(int execution, ExecutionEvent event) {
    long position = log.size() + 1L;
    log.add(
        new StoredEventMessage(
            new StoredEvent(
                new LogPosition(0, position, 0),
                new UUID(0x7000, execution),
                "execution",
                0,
                TenantId.DEFAULT,
                new UUID(1, position),
                "execution.x",
                1,
                NOW,
                event,
                new CommandMetadata(
                    TenantId.DEFAULT,
                    new UUID(2, position),
                    null,
                    "test",
                    null,
                    null,
                    "t" + position),
                "node")));
  }

  private void project(int batch) {
    var transactions =
        new TransactionTemplate(new DataSourceTransactionManager(database.dataSource()));
    for (int from = 0; from < log.size(); from += batch) {
      List<StoredEventMessage> events = log.subList(from, Math.min(log.size(), from + batch));
      transactions.executeWithoutResult(_ -> {
        var unit = DefaultUnitOfWork.startAndGet(events.getFirst());
        events.forEach(each -> projection.handle(each, Segment.ROOT_SEGMENT));
        unit.commit();
      });
    }
  }

  private static ScheduledTask task(String path, @Nullable Instant deadline) {
    return new ScheduledTask(
        path,
        new NodePath(path),
        "task",
        "echo",
        1,
        JsonNodeFactory.instance.objectNode().put("of", path + " é"),
        NOW,
        deadline,
        "p1");
  }

  private static ExecutionStarted started(List<ScheduledTimer> timers, String... paths) {
    List<NodePath> active = java.util.Arrays.stream(paths).map(NodePath::new).toList();
    return new ExecutionStarted(
        "order",
        1,
        "h",
        NullNode.instance,
        null,
        Map.of(),
        NullNode.instance,
        List.of(),
        active,
        active.stream().map(path -> task(path.value(), NOW.plusSeconds(5))).toList(),
        timers,
        List.of());
  }

  private static NodeCompleted completed(String path, List<ScheduledTimer> timers, String... next) {
    List<NodePath> active = java.util.Arrays.stream(next).map(NodePath::new).toList();
    return new NodeCompleted(
        path,
        new NodePath(path),
        1,
        NullNode.instance,
        List.of(),
        active,
        active.stream().map(each -> task(each.value(), null)).toList(),
        timers,
        List.of());
  }

  /** What {@code later} would have led to. */
  private static NodeReleased released(NodeCompleted later) {
    return new NodeReleased(
        later.nodeId(),
        later.path(),
        later.taken(),
        later.activated(),
        later.scheduled(),
        later.timers(),
        later.skipped());
  }

  private static ScheduledTimer timer(Kind kind, String path, int seconds) {
    return new ScheduledTimer(kind, new NodePath(path), NOW.plusSeconds(seconds));
  }

  private static NextAttempt next(int number, String owner) {
    return new NextAttempt(number, NOW.plusSeconds(1), null, owner);
  }

  @Test
  void current_attempts_and_pending_timers_have_rows() throws Exception {
    record(1, started(List.of(timer(Kind.EXECUTION_TIMEOUT, "", 3_600)), "a", "b"));
    record(1, completed("a", List.of(timer(Kind.NODE_DEADLINE, "c", 10)), "c"));
    record(1, new AttemptLost("c", new NodePath("c"), 1, "p1", next(2, "p2")));

    project(10);

    String id = new UUID(0x7000, 1).toString();
    assertThat(database.rows(TASKS))
        .containsExactly(
            "default|"
                + id
                + "|b|b|task|echo|1|p1|2026-12-01 00:00:00.123456+00"
                + "|2026-12-01 00:00:05.123456+00|{\"of\":\"b é\"}|t1",
            "default|"
                + id
                + "|c|c|task|echo|2|p2|2026-12-01 00:00:01.123456+00|null"
                + "|{\"of\":\"c é\"}|t3");
    assertThat(database.rows(TIMERS))
        .containsExactly(
            "default|"
                + id
                + "||EXECUTION_TIMEOUT|2026-12-01 01:00:00.123456+00"
                + "|2026-12-01 01:00:00.123456+00|t1",
            "default|"
                + id
                + "|c|NODE_DEADLINE|2026-12-01 00:00:10.123456+00"
                + "|2026-12-01 00:00:11.123456+00|t2");
  }

  @Test
  void what_is_active_keeps_its_rows_while_suspended_and_what_is_released_gets_rows()
      throws Exception {
    record(1, started(List.of(timer(Kind.EXECUTION_TIMEOUT, "", 3_600)), "a", "b"));
    record(1, new ExecutionSuspended(null));
    record(1, completed("a", List.of()));
    project(10);
    assertThat(database.rows("select path from work.task")).containsExactly("b");
    assertThat(database.rows("select kind from work.timer")).containsExactly("EXECUTION_TIMEOUT");
    log.clear();
    record(1, new ExecutionResumed(null));
    record(
        1,
        released(
            completed(
                "a",
                List.of(timer(Kind.NODE_DEADLINE, "c", 10), timer(Kind.DELAY, "d", 20)),
                "c")));

    project(10);

    assertThat(database.rows("select path, attempt, traceparent from work.task order by path"))
        .containsExactly("b|1|t1", "c|1|t2");
    assertThat(database.rows("select path, kind, traceparent from work.timer order by path"))
        .containsExactly("|EXECUTION_TIMEOUT|t1", "c|NODE_DEADLINE|t2", "d|DELAY|t2");
  }

  @Test
  void the_end_of_an_execution_leaves_no_row() throws Exception {
    record(1, started(List.of(timer(Kind.EXECUTION_TIMEOUT, "", 3_600)), "a"));
    record(2, started(List.of(), "a"));
    record(1, new ExecutionCancelled(null, List.of(new NodePath("a"))));

    project(1);

    assertThat(database.rows("select execution_id from work.task"))
        .containsExactly(new UUID(0x7000, 2).toString());
    assertThat(database.rows(TIMERS)).isEmpty();
  }

  @Test
  void the_rows_do_not_depend_on_how_events_are_cut_into_batches() throws Exception {
    scenario(new Random(42));
    assertThat(log.stream().filter(each -> each.getPayload() instanceof ExecutionRetried))
        .hasSizeGreaterThan(3);
    assertThat(log.stream().filter(each -> each.getPayload() instanceof NodeReleased))
        .hasSizeGreaterThan(3);
    project(1);
    List<String> tasks = database.rows(TASKS);
    List<String> timers = database.rows(TIMERS);
    assertThat(tasks).isNotEmpty();
    assertThat(timers).isNotEmpty();

    for (int batch : new int[] {2, 7, 64, 10_000}) {
      projection.reset();
      assertThat(database.rows(TASKS)).isEmpty();
      project(batch);
      assertThat(database.rows(TASKS)).as("batches of " + batch).isEqualTo(tasks);
      assertThat(database.rows(TIMERS)).as("batches of " + batch).isEqualTo(timers);
    }
  }

  @Test
  void a_rebuild_leaves_the_leases() throws Exception {
    database.run("insert into work.lease values ('p1', 'n', now(), now())");

    projection.performReset();

    assertThat(database.rows("select incarnation from work.lease")).containsExactly("p1");
  }

  private static ExecutionRetried retried(String path, int attempt, List<ScheduledTimer> timers) {
    return new ExecutionRetried(
        "order",
        1,
        null,
        null,
        List.of(),
        List.of(new NodePath(path)),
        List.of(task(path, null).withAttempt(attempt)),
        timers,
        List.of());
  }

  /**
   * Executions of four nodes that get on by chance, interleaved; what fails is retried, and now and
   * then one is suspended while a node completes.
   */
  private void scenario(Random random) {
    int executions = 20;
    var held = new HashMap<Integer, NodeReleased>();
    int[] step = new int[executions];
    int[] attempt = new int[executions];
    int[] failedAt = new int[executions];
    for (int i = 0; i < 160; i++) {
      int execution = random.nextInt(executions);
      String path = "n" + step[execution];
      var node = new NodePath(path);
      NodeReleased follows = held.remove(execution);
      if (follows != null) {
        record(execution, new ExecutionResumed(null));
        record(execution, follows);
      } else if (step[execution] == 0) {
        step[execution] = 1;
        attempt[execution] = 1;
        record(execution, started(List.of(timer(Kind.EXECUTION_TIMEOUT, "", 90)), "n1"));
      } else if (step[execution] == 5) {
        boolean failed = failedAt[execution] != 0;
        step[execution] = failed ? 6 : 7;
        record(
            execution,
            failed
                ? new ExecutionFailed(ErrorInfo.of("x", "y"), null, List.of())
                : new ExecutionCompleted(NullNode.instance));
      } else if (step[execution] == 6) {
        step[execution] = failedAt[execution];
        failedAt[execution] = 0;
        String again = "n" + step[execution];
        var timers = List.of(timer(Kind.EXECUTION_TIMEOUT, "", 95));
        record(execution, retried(again, attempt[execution], timers));
      } else if (step[execution] < 5) {
        int number = attempt[execution]++;
        switch (random.nextInt(6)) {
          case 0 ->
              record(
                  execution,
                  new AttemptFailed(
                      path, node, number, ErrorInfo.of("x", "y"), next(number + 1, "p1")));
          case 1 ->
              record(execution, new AttemptLost(path, node, number, "p1", next(number + 1, "p2")));
          case 2 -> {
            record(execution, new NodeFailed(path, node, number, ErrorInfo.of("x", "y")));
            failedAt[execution] = step[execution];
            step[execution] = 5;
          }
          default -> {
            step[execution]++;
            attempt[execution] = 1;
            if (random.nextInt(3) == 0) {
              held.put(execution, hold(execution, path, step[execution]));
            } else {
              record(execution, goOn(path, step[execution]));
            }
          }
        }
      }
    }
  }

  private static NodeCompleted goOn(String path, int step) {
    String following = "n" + step;
    return step == 5
        ? completed(path, List.of())
        : completed(path, List.of(timer(Kind.NODE_DEADLINE, following, 10)), following);
  }

  /** Completes a node while nothing may follow; returns what does later. */
  private NodeReleased hold(int execution, String path, int step) {
    record(execution, new ExecutionSuspended(null));
    record(execution, completed(path, List.of()));
    return released(goOn(path, step));
  }
}
