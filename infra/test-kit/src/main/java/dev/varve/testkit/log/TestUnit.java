package dev.varve.testkit.log;

import dev.varve.api.common.NodePath;
import dev.varve.api.common.TenantId;
import dev.varve.api.execution.ExecutionEvent.NodeCompleted;
import dev.varve.api.log.CommandCommit;
import dev.varve.api.log.CommandMetadata;
import dev.varve.api.log.KeyChange;
import dev.varve.api.log.StreamIds;
import dev.varve.eventstore.AppendUnit;
import dev.varve.eventstore.EventTypes;
import dev.varve.eventstore.NewEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Builds units of one stream for tests. */
public final class TestUnit {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final UUID stream;
  private final List<CommandCommit> commits = new ArrayList<>();
  private final List<NewEvent> events = new ArrayList<>();
  private final List<KeyChange> keys = new ArrayList<>();
  private TenantId tenant = TenantId.DEFAULT;
  private CommandMetadata.@Nullable Idempotency idempotency;
  private JsonNode answer = JSON.nullNode();
  private String text = "output";
  private long sequence;

  private TestUnit(UUID stream, long sequence) {
    this.stream = stream;
    this.sequence = sequence;
  }

  /** Begins a unit whose first event has {@code sequence}. */
  public static TestUnit of(UUID stream, long sequence) {
    return new TestUnit(stream, sequence);
  }

  /** Returns one event at {@code sequence}, by one command. */
  public static AppendUnit event(UUID stream, long sequence) {
    return of(stream, sequence).command(1).unit();
  }

  /** The next command belongs to this tenant. */
  public TestUnit tenant(String name) {
    tenant = new TenantId(name);
    return this;
  }

  /** The next command carries an idempotency key. */
  public TestUnit receipt(String key, String bodyHash) {
    idempotency = new CommandMetadata.Idempotency(key, bodyHash);
    return this;
  }

  /** The next command answers this. */
  public TestUnit answer(String value) {
    answer = JSON.objectNode().put("answer", value);
    return this;
  }

  /** The next command acquires a key. */
  public TestUnit acquire(String key) {
    keys.add(KeyChange.acquire("test", key));
    return this;
  }

  /** The next command releases a key. */
  public TestUnit release(String key) {
    keys.add(KeyChange.release("test", key));
    return this;
  }

  /** The events of the following commands carry this. */
  public TestUnit text(String value) {
    text = value;
    return this;
  }

  /** Adds a command with so many events. */
  public TestUnit command(int count) {
    var metadata =
        new CommandMetadata(
            tenant,
            randomId(),
            idempotency,
            "test",
            "correlation-" + sequence,
            null,
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    commits.add(new CommandCommit(stream, metadata, count, keys, answer));
    for (int i = 0; i < count; i++) {
      events.add(
          new NewEvent(stream, EventTypes.EXECUTION, sequence, randomId(), payload(sequence)));
      sequence++;
    }
    keys.clear();
    idempotency = null;
    answer = JSON.nullNode();
    return this;
  }

  /** Returns the unit, in the partition of its stream. */
  public AppendUnit unit() {
    return new AppendUnit(StreamIds.partitionOf(stream), commits, events);
  }

  private NodeCompleted payload(long number) {
    return new NodeCompleted(
        "step",
        new NodePath("step@" + number),
        1,
        JSON.objectNode().put("text", text).put("number", (int) number),
        List.of("step->next"),
        List.of(new NodePath("next")),
        List.of(),
        List.of(),
        List.of());
  }

  private static UUID randomId() {
    return StreamIds.of(
        System.currentTimeMillis(),
        ThreadLocalRandom.current().nextInt(4_096),
        ThreadLocalRandom.current().nextLong());
  }
}
