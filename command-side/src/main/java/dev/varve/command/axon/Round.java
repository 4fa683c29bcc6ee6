package dev.varve.command.axon;

import dev.varve.api.log.AppendException.StreamConflict;
import dev.varve.api.log.CommandCommit;
import dev.varve.api.log.CommandMetadata;
import dev.varve.command.core.Decision;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.modelling.command.AggregateLifecycle;
import tools.jackson.databind.JsonNode;

/**
 * One batch being decided: gathers what becomes of each command and asks the log to commit it. A
 * refused command leaves no trace; the ones after it see the state as it was.
 *
 * @param <E> the events
 */
final class Round<E> {
  /**
   * Name of the unit of work's resource that says that the state was read from the log just now.
   */
  static final String FRESH = "dev.varve.fresh-state";

  private final EventStore log;
  private final UUID stream;
  private final List<BatchResult.Item> items;
  private final List<E> events = new ArrayList<>();

  Round(EventStore log, UUID stream, int size) {
    this.log = log;
    this.stream = stream;
    this.items = new ArrayList<>(size);
  }

  /** Applies what was decided, so that the shell's state moves on. */
  void apply(Decision.Accepted<E> accepted) {
    for (E event : accepted.events()) {
      AggregateLifecycle.apply(event);
      events.add(event);
    }
  }

  void accepted(CommandMetadata metadata, Decision.Accepted<E> accepted, JsonNode answer) {
    var commit =
        new CommandCommit(stream, metadata, accepted.events().size(), accepted.keys(), answer);
    List<CommandCommit> commits =
        CurrentUnitOfWork.get()
            .root()
            .getOrComputeResource(CommandCommit.RESOURCE, key -> new ArrayList<>());
    commits.add(commit);
    items.add(new BatchResult.Item.Accepted(commit));
  }

  void rejected(Decision.Rejected<E> rejected) {
    items.add(new BatchResult.Item.Rejected(rejected.rejection()));
  }

  /**
   * Makes sure that a round without events was not decided on an old state. Events are checked by
   * the log itself, which refuses a sequence that is taken; a refusal, or an acceptance because the
   * fact holds already, is checked by nobody else, and another node may have appended since this
   * one cached the state.
   *
   * @throws StreamConflict when the log has newer events: catch up and decide again
   */
  void verify() {
    Long version = events.isEmpty() ? AggregateLifecycle.getVersion() : null;
    if (version == null || CurrentUnitOfWork.get().root().resources().containsKey(FRESH)) {
      return;
    }
    if (log.readEvents(stream.toString(), version + 1).hasNext()) {
      throw new StreamConflict(stream, version + 1);
    }
  }

  List<BatchResult.Item> items() {
    return items;
  }

  /** Returns the events of all accepted commands, in order. */
  List<E> events() {
    return events;
  }
}
