package dev.varve.testkit.projection;

import dev.varve.api.common.ErrorInfo;
import dev.varve.api.common.NodePath;
import dev.varve.api.common.TenantId;
import dev.varve.api.definition.DefinitionEvent.DefinitionVersionPublished;
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
import dev.varve.api.execution.ExecutionEvent.ExecutionTimedOut;
import dev.varve.api.execution.ExecutionEvent.NodeCompleted;
import dev.varve.api.execution.ExecutionEvent.NodeFailed;
import dev.varve.api.execution.ExecutionEvent.NodeReleased;
import dev.varve.api.execution.SkippedNode;
import dev.varve.api.task.NextAttempt;
import dev.varve.api.task.ScheduledTask;
import dev.varve.eventstore.EventTypes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A small history with every event there is: a definition in two versions, and executions that
 * completed, failed, were cancelled, timed out, were suspended and still run, interleaved.
 */
public final class ReadScenario {
  /** Name of the definition. */
  public static final String DEFINITION = "order";

  /** Somebody else's name. */
  public static final TenantId OTHER = new TenantId("other");

  /** When retried attempts may start. */
  public static final Instant RETRY_AT = Instant.parse("2026-03-01T10:00:00Z");

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String OWNER = "test-process";

  private final ReadSide side;
  private final Map<UUID, Long> sequences = new HashMap<>();

  /** Writes to the log of {@code side}. */
  public ReadScenario(ReadSide side) {
    this.side = side;
  }

  /**
   * The executions of {@link #play}.
   *
   * @param completed after a retry and a lost worker, with a skipped branch
   * @param failed with a pending node
   * @param cancelled with an active node
   * @param timedOut with an active node
   * @param running with an active node
   * @param others of another tenant
   */
  public record Cast(
      UUID completed, UUID failed, UUID cancelled, UUID timedOut, UUID running, UUID others) {}

  /** Plays everything. */
  public Cast play() {
    publish(TenantId.DEFAULT, 1, "reserve", "charge");
    publish(TenantId.DEFAULT, 2, "reserve", "charge", "review", "ship");
    publish(OTHER, 1, "reserve");
    List<Integer> partitions = side.log().partitions();
    var ids = new ArrayList<UUID>();
    for (int i = 0; i < 6; i++) {
      ids.add(side.placement().newStreamId(partitions.get(i % partitions.size())));
    }
    var cast = new Cast(ids.get(0), ids.get(1), ids.get(2), ids.get(3), ids.get(4), ids.get(5));
    start(TenantId.DEFAULT, cast.completed(), "key-1", Map.of("region", "eu"));
    start(TenantId.DEFAULT, cast.failed(), null, Map.of("region", "us", "urgent", "yes"));
    start(TenantId.DEFAULT, cast.cancelled(), null, Map.of());
    retryAndLose(cast.completed());
    start(TenantId.DEFAULT, cast.timedOut(), "key-2", Map.of());
    start(TenantId.DEFAULT, cast.running(), "key-3", Map.of());
    start(OTHER, cast.others(), "key-1", Map.of("region", "eu"));
    fail(cast.failed());
    complete(cast.completed());
    append(
        cast.cancelled(),
        List.of(new ExecutionCancelled("not wanted", List.of(new NodePath("reserve")))));
    append(cast.timedOut(), List.of(new ExecutionTimedOut(List.of(new NodePath("reserve")))));
    return cast;
  }

  /** Publishes a version with nodes in a row, all tasks. */
  public void publish(TenantId tenant, int version, String... nodes) {
    var document = JSON.objectNode().put("name", DEFINITION);
    var array = document.putArray("nodes");
    var edges = document.putArray("edges");
    for (int i = 0; i < nodes.length; i++) {
      array.addObject().put("id", nodes[i]).put("type", "task").put("handler", "echo");
      if (i > 0) {
        edges.addObject().put("from", nodes[i - 1]).put("to", nodes[i]);
      }
    }
    UUID stream =
        UUID.nameUUIDFromBytes(tenant.value().getBytes(java.nio.charset.StandardCharsets.UTF_8));
    UUID inPartition0 =
        new UUID((stream.getMostSignificantBits() & ~0xfffL), stream.getLeastSignificantBits());
    long sequence = sequences.merge(inPartition0, 1L, Long::sum) - 1;
    side.append(
        tenant,
        inPartition0,
        EventTypes.DEFINITION,
        sequence,
        List.of(
            new DefinitionVersionPublished(
                DEFINITION,
                version,
                "hash-" + version,
                document,
                "# as posted\n" + document,
                "yaml")));
  }

  /** Starts an execution of version 2 whose first node is scheduled. */
  public void start(
      TenantId tenant, UUID execution, @Nullable String businessKey, Map<String, String> labels) {
    sequences.put(execution, 1L);
    side.append(
        tenant,
        execution,
        EventTypes.EXECUTION,
        0,
        List.of(
            new ExecutionStarted(
                DEFINITION,
                tenant.equals(OTHER) ? 1 : 2,
                "hash-2",
                json("{\"sku\":\"book\",\"price\":3.0}"),
                businessKey,
                labels,
                JSON.objectNode(),
                List.of(),
                List.of(new NodePath("reserve")),
                List.of(task("reserve")),
                List.of(),
                List.of())));
  }

  private void retryAndLose(UUID execution) {
    var path = new NodePath("reserve");
    append(
        execution,
        List.of(
            new AttemptFailed(
                "reserve",
                path,
                1,
                ErrorInfo.of("http.503", "busy"),
                new NextAttempt(2, RETRY_AT, null, OWNER))));
    append(
        execution,
        List.of(
            new AttemptLost(
                "reserve", path, 2, OWNER, new NextAttempt(3, RETRY_AT, null, "other-process"))));
  }

  private void complete(UUID execution) {
    append(
        execution,
        List.of(
            completed(
                "reserve",
                3,
                "charge",
                List.of(new SkippedNode(new NodePath("review"), "not taken")))));
    append(execution, List.of(completed("charge", 1, "ship", List.of())));
    append(
        execution,
        List.of(
            completed("ship", 1, null, List.of()),
            new ExecutionCompleted(json("{\"shipment\":\"s-1\"}"))));
  }

  private void fail(UUID execution) {
    var error = ErrorInfo.of("card.declined", "No money");
    append(execution, List.of(completed("reserve", 1, "charge", List.of())));
    append(
        execution,
        List.of(
            new NodeFailed("charge", new NodePath("charge"), 1, error),
            new ExecutionFailed(error, new NodePath("charge"), List.of())));
  }

  /** One more execution: failed, retried, failed again with another node cancelled, finished. */
  public UUID repair() {
    UUID execution = side.placement().newStreamId(side.log().partitions().getLast());
    var charge = new NodePath("charge");
    var ship = new NodePath("ship");
    start(TenantId.DEFAULT, execution, null, Map.of());
    fail(execution);
    append(execution, List.of(retried(List.of(task("charge").withAttempt(2)))));
    var error = ErrorInfo.of("card.lost", "No card");
    append(
        execution,
        List.of(
            new NodeCompleted(
                "charge",
                charge,
                2,
                json("{}"),
                List.of("charge->ship", "charge->review"),
                List.of(ship, new NodePath("review")),
                List.of(task("ship"), task("review")),
                List.of(),
                List.of())));
    append(
        execution,
        List.of(
            new NodeFailed("ship", ship, 1, error),
            new ExecutionFailed(error, ship, List.of(new NodePath("review"))),
            retried(List.of(task("review").withAttempt(2), task("ship").withAttempt(2)))));
    append(execution, List.of(completed("review", 2, null, List.of())));
    append(
        execution,
        List.of(completed("ship", 2, null, List.of()), new ExecutionCompleted(json("{}"))));
    return execution;
  }

  /**
   * Three more executions that were suspended.
   *
   * @param completed twice; the second time its last node was held
   * @param repaired failed while it was, and was retried
   * @param suspended still is, with a node held and none active
   */
  public record Paused(UUID completed, UUID repaired, UUID suspended) {}

  /** Plays executions that were suspended, interleaved. */
  public Paused pause() {
    UUID execution = side.placement().newStreamId(side.log().partitions().getFirst());
    UUID failing = side.placement().newStreamId(side.log().partitions().getLast());
    UUID still = side.placement().newStreamId(side.log().partitions().getLast());
    for (UUID each : List.of(execution, failing, still)) {
      start(TenantId.DEFAULT, each, null, Map.of("kind", "paused"));
    }
    append(execution, List.of(new ExecutionSuspended("maintenance")));
    append(still, List.of(new ExecutionSuspended(null)));
    retryAndLose(execution);
    append(execution, List.of(completed("reserve", 3, null, List.of())));
    append(still, List.of(completed("reserve", 1, null, List.of())));
    append(
        execution,
        List.of(
            new ExecutionResumed("done"),
            released("reserve", List.of(new SkippedNode(new NodePath("review"), "no")), "charge")));
    append(execution, List.of(completed("charge", 1, "ship", List.of())));
    failWhileSuspended(failing);
    append(execution, List.of(new ExecutionSuspended(null), completed("ship", 1, null, List.of())));
    append(
        execution,
        List.of(
            new ExecutionResumed(null),
            released("ship", List.of()),
            new ExecutionCompleted(json("{\"n\":1}"))));
    return new Paused(execution, failing, still);
  }

  private void failWhileSuspended(UUID execution) {
    var error = ErrorInfo.of("card.lost", "No card");
    append(
        execution,
        List.of(
            new NodeCompleted(
                "reserve",
                new NodePath("reserve"),
                1,
                json("{}"),
                List.of("reserve->charge", "reserve->review"),
                List.of(new NodePath("charge"), new NodePath("review")),
                List.of(task("charge"), task("review")),
                List.of(),
                List.of())));
    append(execution, List.of(new ExecutionSuspended("the bank is down")));
    append(execution, List.of(completed("review", 1, null, List.of())));
    append(
        execution,
        List.of(
            new NodeFailed("charge", new NodePath("charge"), 1, error),
            new ExecutionFailed(error, new NodePath("charge"), List.of())));
    append(
        execution,
        List.of(
            retried(List.of(task("charge").withAttempt(2))),
            released("review", List.of(), "ship")));
    append(execution, List.of(completed("charge", 2, null, List.of())));
    append(
        execution,
        List.of(completed("ship", 1, null, List.of()), new ExecutionCompleted(json("{}"))));
  }

  private static NodeReleased released(String node, List<SkippedNode> skipped, String... next) {
    List<String> following = List.of(next);
    return new NodeReleased(
        node,
        new NodePath(node),
        following.stream().map(to -> node + "->" + to).toList(),
        following.stream().map(NodePath::new).toList(),
        following.stream().map(ReadScenario::task).toList(),
        List.of(),
        skipped);
  }

  private static ExecutionRetried retried(List<ScheduledTask> tasks) {
    return new ExecutionRetried(
        DEFINITION,
        2,
        "again",
        null,
        List.of(),
        tasks.stream().map(ScheduledTask::path).toList(),
        tasks,
        List.of(),
        List.of());
  }

  private static NodeCompleted completed(
      String node, int attempt, @Nullable String next, List<SkippedNode> skipped) {
    return new NodeCompleted(
        node,
        new NodePath(node),
        attempt,
        json("{\"of\":\"" + node + "\",\"n\":3.0}"),
        next == null ? List.of() : List.of(node + "->" + next),
        next == null ? List.of() : List.of(new NodePath(next)),
        next == null ? List.of() : List.of(task(next)),
        List.of(),
        skipped);
  }

  private static ScheduledTask task(String node) {
    return new ScheduledTask(
        node,
        new NodePath(node),
        "task",
        "echo",
        1,
        json("{\"for\":\"" + node + "\"}"),
        RETRY_AT,
        null,
        OWNER);
  }

  /** Appends events of one command to an execution that was started here. */
  public void append(UUID execution, List<? extends ExecutionEvent> events) {
    long sequence = sequences.getOrDefault(execution, 0L);
    sequences.put(execution, sequence + events.size());
    side.append(TenantId.DEFAULT, execution, EventTypes.EXECUTION, sequence, events);
  }

  private static JsonNode json(String text) {
    return JsonMapper.shared().readTree(text);
  }
}
