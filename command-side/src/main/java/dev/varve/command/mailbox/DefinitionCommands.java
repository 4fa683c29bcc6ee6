package dev.varve.command.mailbox;

import dev.varve.api.common.CommandOutcome;
import dev.varve.api.common.TenantId;
import dev.varve.api.definition.DefinitionCommand;
import dev.varve.api.log.AppendException.KeyTaken;
import dev.varve.api.log.CommandMetadata;
import dev.varve.api.log.Partitions;
import dev.varve.command.axon.Batch;
import dev.varve.command.axon.BatchItem;
import dev.varve.command.axon.PublishedVersions;
import dev.varve.command.port.LogLookup;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.axonframework.commandhandling.CommandBus;
import org.jspecify.annotations.Nullable;

/**
 * The way of commands to definitions. A definition's stream is found by a unique key; two nodes
 * that publish the first version at once make one stream, because the key is taken in the commit:
 * the slower one goes on with the stream of the faster one.
 */
public final class DefinitionCommands extends Delivery<DefinitionCommand, PublishedVersions> {
  /** Scope of the unique key that finds a definition's stream by its name. */
  public static final String KEY_SCOPE = "definition";

  private static final int LOCKS = 64;

  private final LogLookup lookup;
  private final Partitions partitions;
  private final Consumer<PublishedVersions> listener;
  private final ReentrantLock[] locks = new ReentrantLock[LOCKS];

  /**
   * Makes a delivery.
   *
   * @param bus where the shells listen
   * @param lookup finds streams by name, and first answers
   * @param partitions says where a new definition is born
   * @param listener called right after a commit
   * @param conflictRetriesMax how often a command is decided again after another node was faster
   */
  public DefinitionCommands(
      CommandBus bus,
      LogLookup lookup,
      Partitions partitions,
      Consumer<PublishedVersions> listener,
      int conflictRetriesMax) {
    super(bus, new Answers(lookup), conflictRetriesMax);
    this.lookup = lookup;
    this.partitions = partitions;
    this.listener = listener;
    for (int i = 0; i < LOCKS; i++) {
      locks[i] = new ReentrantLock();
    }
  }

  /** Sends a command and waits for its outcome; commands to one definition go one after another. */
  CommandOutcome send(DefinitionCommand command, CommandMetadata metadata) {
    TenantId tenant = metadata.tenant();
    var letter = new Letter<>(new BatchItem<>(command, metadata));
    ReentrantLock lock = locks[Math.floorMod(command.name().hashCode(), LOCKS)];
    lock.lock();
    try {
      UUID stream = lookup.findKeyOwner(tenant, KEY_SCOPE, command.name());
      if (stream == null) {
        int partition = partitions.forKey(tenant, command.name());
        deliver(partitions.newStreamId(partition), List.of(letter), true);
      } else {
        deliver(stream, List.of(letter), false);
      }
    } finally {
      lock.unlock();
    }
    return letter.await();
  }

  @Override
  Batch<DefinitionCommand> message(
      UUID stream, List<BatchItem<DefinitionCommand>> items, boolean fresh) {
    return fresh
        ? new Batch.NewDefinition(stream, items)
        : new Batch.KnownDefinition(stream, items);
  }

  @Override
  void committed(PublishedVersions news) {
    if (!news.events().isEmpty()) {
      listener.accept(news);
    }
  }

  @Override
  @Nullable UUID elsewhere(KeyTaken taken) {
    return taken.key().scope().equals(KEY_SCOPE) ? taken.owner() : null;
  }
}
