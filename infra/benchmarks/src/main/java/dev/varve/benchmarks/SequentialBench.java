package dev.varve.benchmarks;

import dev.varve.api.common.CommandOutcome;
import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.TenantId;
import dev.varve.api.execution.ExecutionCommand.StartExecution;
import dev.varve.api.log.CommandMetadata;
import dev.varve.api.log.Partitions;
import dev.varve.command.port.CommandIds;
import dev.varve.command.port.Commands;
import dev.varve.command.port.CommitListener;
import dev.varve.command.port.ExecutionCommit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A closed loop: keeps a number of executions of ten sequential tasks in flight. Each task is
 * dispatched after commit and completed by a command of its own with a 100-byte output, on the very
 * wiring of the server.
 */
final class SequentialBench implements CommitListener {
  /** Steps of one execution. */
  static final int STEPS = 10;

  /** Name of the definition. */
  static final String DEFINITION = "bench_sequential";

  private final Commands commands;
  private final Partitions partitions;
  private final Semaphore free;
  private final int inFlight;
  private final Map<ExecutionId, Long> started = new ConcurrentHashMap<>();
  private final AtomicBoolean stopping = new AtomicBoolean();
  private volatile Percentiles durations = new Percentiles();

  SequentialBench(Commands commands, Partitions partitions, int inFlight) {
    this.commands = commands;
    this.partitions = partitions;
    this.inFlight = inFlight;
    this.free = new Semaphore(inFlight);
  }

  /** Returns the definition: ten {@code echo} tasks in a row, each handing on 100 bytes. */
  static String definition() {
    var yaml = new StringBuilder("name: " + DEFINITION + "\nnodes:\n");
    for (int i = 1; i <= STEPS; i++) {
      String text = i == 1 ? "${input.text}" : "${nodes.s" + (i - 1) + ".output.text}";
      yaml.append(
          "  - { id: s%d, type: task, handler: echo, with: { text: \"%s\" } }%n"
              .formatted(i, text));
    }
    yaml.append("edges:\n");
    for (int i = 1; i < STEPS; i++) {
      yaml.append("  - { from: s%d, to: s%d }%n".formatted(i, i + 1));
    }
    return yaml.toString();
  }

  @Override
  public void committed(ExecutionCommit commit) {
    if (commit.terminal()) {
      Long begin = started.remove(commit.executionId());
      if (begin != null) {
        durations.add(System.nanoTime() - begin);
        free.release();
      }
    }
  }

  /** Runs until {@link #stop}; call it on a thread of its own. */
  void run() {
    JsonNode input = JsonNodeFactory.instance.objectNode().put("text", "x".repeat(88));
    while (!stopping.get()) {
      free.acquireUninterruptibly();
      Thread.ofVirtual().start(() -> startOne(input));
    }
  }

  private void startOne(JsonNode input) {
    var id = new ExecutionId(partitions.newStreamId(partitions.any()));
    started.put(id, System.nanoTime());
    var command = new StartExecution(id, DEFINITION, null, input, null, Map.of());
    CommandOutcome outcome = commands.send(command, metadata(id));
    if (outcome instanceof CommandOutcome.Rejected rejected) {
      throw new IllegalStateException("Expected a start, but " + rejected.rejection());
    }
  }

  // A start carries an idempotency key, as clients are told to send one: it costs its receipt here
  // too.
  private static CommandMetadata metadata(ExecutionId id) {
    var idempotency = new CommandMetadata.Idempotency(id.toString(), "0".repeat(64));
    return new CommandMetadata(
        TenantId.DEFAULT, CommandIds.next(), idempotency, "bench", null, null, null);
  }

  /** Begins a new measurement and returns the durations collected from now on. */
  Percentiles measure() {
    var fresh = new Percentiles();
    durations = fresh;
    return fresh;
  }

  /** Starts nothing more and waits until what runs has ended. */
  void stop() throws InterruptedException {
    stopping.set(true);
    if (!free.tryAcquire(inFlight - 1, 30, TimeUnit.SECONDS)) {
      throw new IllegalStateException("Executions did not end: " + started.size());
    }
  }
}
