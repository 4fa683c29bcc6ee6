package dev.varve.command.mailbox;

import dev.varve.api.common.CommandOutcome;
import dev.varve.api.log.AppendException;
import dev.varve.api.log.AppendException.CommandIdReused;
import dev.varve.api.log.AppendException.DuplicateCommand;
import dev.varve.api.log.AppendException.KeyTaken;
import dev.varve.api.log.AppendException.OutcomeUnknown;
import dev.varve.api.log.AppendException.StreamConflict;
import dev.varve.api.log.AppendException.Unavailable;
import dev.varve.api.log.AppendException.Unstorable;
import dev.varve.api.log.CommandMetadata;
import dev.varve.api.rejection.Rejection;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.command.axon.Batch;
import dev.varve.command.axon.BatchItem;
import dev.varve.command.axon.BatchResult;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.commandhandling.CommandResultMessage;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends batches over the command bus until every letter has its outcome: decided again after a
 * conflict, without the letter that the log refused, or one by one when a single letter spoils the
 * batch.
 *
 * @param <C> the sealed type of the commands
 * @param <N> what a commit tells
 */
abstract class Delivery<C, N> {
  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);
  private static final long PAUSE_MILLIS_MAX = 50;

  private final CommandBus bus;
  private final Answers answers;
  private final int conflictRetriesMax;

  Delivery(CommandBus bus, Answers answers, int conflictRetriesMax) {
    this.bus = bus;
    this.answers = answers;
    this.conflictRetriesMax = conflictRetriesMax;
  }

  /** Makes the message for the bus; {@code fresh} when the stream is believed not to exist. */
  abstract Batch<C> message(UUID stream, List<BatchItem<C>> items, boolean fresh);

  /** Hears of a commit; what it throws is logged, since the commit stands. */
  abstract void committed(N news);

  /**
   * Says where to try again when another stream owns a key; null when that settles the letter as
   * refused.
   */
  abstract @Nullable UUID elsewhere(KeyTaken taken);

  /**
   * Delivers letters to one stream. A letter that repeats the idempotency key of one before it is
   * delivered behind that one, so that it finds the first answer in the log.
   */
  final void deliver(UUID stream, List<Letter<C>> letters, boolean believedFresh) {
    List<Letter<C>> repeats = letters.size() == 1 ? List.of() : repeats(letters);
    if (repeats.isEmpty()) {
      deliverUnique(stream, letters, believedFresh);
      return;
    }
    List<Letter<C>> firsts = letters.stream().filter(letter -> !repeats.contains(letter)).toList();
    AppendException failure = deliverUnique(stream, firsts, believedFresh);
    if (failure == null) {
      deliver(stream, repeats, false);
    } else {
      failAll(repeats, failure); // what is true of the first is true of its repeat
    }
  }

  private List<Letter<C>> repeats(List<Letter<C>> letters) {
    Set<List<String>> seen = new HashSet<>();
    var repeats = new ArrayList<Letter<C>>(0);
    for (Letter<C> letter : letters) {
      CommandMetadata metadata = letter.item().metadata();
      CommandMetadata.Idempotency given = metadata.idempotency();
      if (given != null && !seen.add(List.of(metadata.tenant().value(), given.key()))) {
        repeats.add(letter);
      }
    }
    return repeats;
  }

  /** Returns why nothing could be settled, when the store itself was the reason. */
  private @Nullable AppendException deliverUnique(
      UUID stream, List<Letter<C>> letters, boolean believedFresh) {
    var pending = new ArrayList<>(letters);
    UUID target = stream;
    boolean fresh = believedFresh;
    int conflicts = 0;
    while (!pending.isEmpty()) {
      try {
        BatchResult<N> result = dispatch(message(target, items(pending), fresh));
        settle(target, pending, result); // committed: from here on nothing throws
        return null;
      } catch (StreamConflict e) {
        fresh = false;
        conflicts++;
        if (conflicts > conflictRetriesMax) {
          return failAll(pending, contended(e));
        }
        pause(conflicts);
      } catch (KeyTaken e) {
        UUID owner = elsewhere(e);
        fresh = fresh && owner == null;
        target = owner == null ? target : owner;
        if (owner == null) {
          remove(pending, e.commandId(), e).settle(rejected(keyTaken(e)));
        }
      } catch (DuplicateCommand e) {
        remove(pending, e.commandId(), e).settle(answers.accepted(target, e.first()));
      } catch (CommandIdReused e) {
        remove(pending, e.commandId(), e).settle(rejected(Answers.reused()));
      } catch (OutcomeUnknown | Unavailable e) {
        return failAll(pending, e);
      } catch (RuntimeException e) {
        separate(target, pending, fresh, e);
        return null;
      }
    }
    return null;
  }

  /**
   * One letter spoils the batch and nobody says which: each on its own, so that it spoils only
   * itself.
   */
  private void separate(UUID target, List<Letter<C>> pending, boolean fresh, RuntimeException e) {
    if (pending.size() > 1) {
      boolean first = true;
      for (Letter<C> letter : pending) {
        deliver(target, List.of(letter), fresh && first);
        first = false;
      }
    } else if (e instanceof Unstorable unstorable) {
      pending.getFirst().settle(rejected(Answers.unstorable(unstorable)));
    } else {
      pending.getFirst().fail(e);
    }
  }

  @SuppressWarnings("unchecked") // the shells answer every batch with its result
  private BatchResult<N> dispatch(Batch<C> batch) {
    var answer = new Answer();
    bus.dispatch(new GenericCommandMessage<>(batch), (message, result) -> answer.message = result);
    CommandResultMessage<?> message = answer.message;
    if (message == null) {
      throw new IllegalStateException("Expected the command bus to answer on the same thread");
    }
    if (!message.isExceptional()) {
      return (BatchResult<N>) message.getPayload();
    }
    Throwable failure = message.exceptionResult();
    throw failure instanceof RuntimeException known
        ? known
        : new IllegalStateException("Batch failed", failure);
  }

  private void settle(UUID target, List<Letter<C>> letters, BatchResult<N> result) {
    try {
      committed(result.news());
    } catch (RuntimeException e) {
      LOG.atError().addKeyValue("streamId", target).setCause(e).log("commit listener failed");
    }
    for (int i = 0; i < letters.size(); i++) {
      Letter<C> letter = letters.get(i);
      try {
        letter.settle(outcome(target, letter, result.items().get(i)));
      } catch (RuntimeException e) {
        letter.fail(
            e); // only looking up a receipt can fail here, and that concerns this letter alone
      }
    }
  }

  private CommandOutcome outcome(UUID target, Letter<C> letter, BatchResult.Item item) {
    return switch (item) {
      case BatchResult.Item.Accepted accepted -> answers.accepted(target, accepted.commit());
      case BatchResult.Item.Rejected rejected ->
          answers.firstOr(target, letter.item().metadata(), rejected.rejection());
    };
  }

  private List<BatchItem<C>> items(List<Letter<C>> letters) {
    if (letters.size() == 1) {
      return List.of(letters.getFirst().item());
    }
    return letters.stream().map(Letter::item).toList();
  }

  private Letter<C> remove(List<Letter<C>> pending, UUID commandId, RuntimeException otherwise) {
    for (int i = 0; i < pending.size(); i++) {
      if (pending.get(i).item().metadata().commandId().equals(commandId)) {
        return pending.remove(i);
      }
    }
    throw otherwise; // names no command of this batch: a fault of the log, told to every sender
  }

  private AppendException failAll(List<Letter<C>> letters, AppendException e) {
    letters.forEach(letter -> letter.fail(e));
    return e;
  }

  private static CommandOutcome rejected(Rejection rejection) {
    return new CommandOutcome.Rejected(rejection);
  }

  private static Rejection keyTaken(KeyTaken e) {
    return Rejection.of(
        RejectionCode.EXECUTION_BUSINESS_KEY_TAKEN,
        "Expected business key "
            + e.key().key()
            + " to be free, but execution "
            + e.owner()
            + " owns it");
  }

  private static Unavailable contended(StreamConflict e) {
    return new Unavailable(
        RejectionCode.OVERLOADED.code(), "Other nodes kept being faster on this stream", e);
  }

  /** 0, 1, 2, 4 ms and so on: the other node needs about one commit to get out of the way. */
  private static void pause(int conflicts) {
    if (conflicts == 1) {
      return;
    }
    try {
      Thread.sleep(Math.min(PAUSE_MILLIS_MAX, 1L << Math.min(conflicts - 2, 6)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // deciding again needs no rest
    }
  }

  private static final class Answer {
    private @Nullable CommandResultMessage<?> message;
  }
}
