package dev.varve.command.mailbox;

import dev.varve.api.common.CommandOutcome;
import dev.varve.api.definition.DefinitionCommand;
import dev.varve.api.execution.ExecutionCommand;
import dev.varve.api.log.AppendException;
import dev.varve.api.log.CommandMetadata;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.command.axon.BatchItem;
import dev.varve.command.port.Commands;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The way of every command. Commands of one execution are decided one batch at a time: while a
 * batch is being committed, what arrives waits and becomes the next batch, so that fifty
 * completions at once cost a few commits and not fifty. Commands of different executions run in
 * parallel, each on its sender's thread.
 */
public final class Mailbox implements Commands {
  private final ExecutionBatches executions;
  private final DefinitionCommands definitions;
  private final MailboxSettings settings;
  private final ConcurrentHashMap<UUID, Box> boxes = new ConcurrentHashMap<>();
  private final AtomicInteger waiting = new AtomicInteger();

  /**
   * Makes a mailbox.
   *
   * @param executions decides and commits batches of executions
   * @param definitions the way of commands to definitions
   * @param settings its limits
   */
  public Mailbox(
      ExecutionBatches executions, DefinitionCommands definitions, MailboxSettings settings) {
    this.executions = executions;
    this.definitions = definitions;
    this.settings = settings;
  }

  @Override
  public CommandOutcome send(ExecutionCommand command, CommandMetadata metadata) {
    var letter = new Letter<>(new BatchItem<>(command, metadata));
    UUID id = command.executionId().value();
    if (post(id, letter)) {
      deliverFirst(id, letter);
    }
    return letter.await();
  }

  @Override
  public CompletableFuture<CommandOutcome> submit(
      ExecutionCommand command, CommandMetadata metadata) {
    var letter = new Letter<>(new BatchItem<>(command, metadata));
    UUID id = command.executionId().value();
    try {
      if (post(id, letter)) {
        Thread.ofVirtual().name("mailbox").start(() -> deliverFirst(id, letter));
      }
    } catch (AppendException.Unavailable e) {
      letter.fail(e);
    }
    return letter.outcome();
  }

  @Override
  public CommandOutcome send(DefinitionCommand command, CommandMetadata metadata) {
    return definitions.send(command, metadata);
  }

  /** Returns how many commands are being decided or wait. */
  public int waiting() {
    return waiting.get();
  }

  /** Returns true when the sender is the first and has to deliver its letter itself. */
  private boolean post(UUID id, Letter<ExecutionCommand> letter) {
    if (waiting.incrementAndGet() > settings.waitingMax()) {
      waiting.decrementAndGet();
      throw overloaded("Expected at most " + settings.waitingMax() + " commands at once");
    }
    return boxes.putIfAbsent(id, new Box()) == null || postBehindOthers(id, letter);
  }

  private boolean postBehindOthers(UUID id, Letter<ExecutionCommand> letter) {
    var first = new boolean[1];
    var full = new boolean[1];
    boxes.compute(
        id,
        (key, box) -> {
          if (box == null) {
            first[0] = true;
            return new Box();
          }
          if (box.letters.size() >= settings.waitingPerExecutionMax()) {
            full[0] = true;
          } else {
            box.letters.add(letter);
          }
          return box;
        });
    if (full[0]) {
      waiting.decrementAndGet();
      throw overloaded(
          "Expected at most " + settings.waitingPerExecutionMax() + " commands for one execution");
    }
    return first[0];
  }

  private static AppendException.Unavailable overloaded(String message) {
    return new AppendException.Unavailable(RejectionCode.OVERLOADED.code(), message, null);
  }

  /** Delivers the first letter on this thread; who came meanwhile gets a thread of their own. */
  private void deliverFirst(UUID id, Letter<ExecutionCommand> letter) {
    deliver(id, List.of(letter));
    if (hasMore(id)) {
      Thread.ofVirtual().name("mailbox").start(() -> deliverRest(id));
    }
  }

  private void deliverRest(UUID id) {
    do {
      deliver(id, take(id));
    } while (hasMore(id));
  }

  private void deliver(UUID id, List<Letter<ExecutionCommand>> letters) {
    try {
      executions.deliver(id, letters);
    } catch (Throwable e) {
      letters.forEach(letter -> letter.fail(e)); // those already settled stay settled
    } finally {
      waiting.addAndGet(-letters.size());
    }
  }

  private List<Letter<ExecutionCommand>> take(UUID id) {
    var taken = new ArrayList<Letter<ExecutionCommand>>();
    boxes.computeIfPresent(
        id,
        (key, box) -> {
          while (taken.size() < settings.batchCommandsMax() && !box.letters.isEmpty()) {
            taken.add(box.letters.remove());
          }
          return box;
        });
    return taken;
  }

  /**
   * Tells whether letters wait; when none do, the box is gone and the next sender is first again.
   */
  private boolean hasMore(UUID id) {
    return boxes.computeIfPresent(id, (key, box) -> box.letters.isEmpty() ? null : box) != null;
  }

  /** The letters behind the batch that is being delivered; guarded by the map's lock on its key. */
  private static final class Box {
    private final ArrayDeque<Letter<ExecutionCommand>> letters = new ArrayDeque<>(2);
  }
}
