package dev.varve.eventstore;

import dev.varve.api.log.CommandCommit;
import java.util.List;

/**
 * What is committed together or not at all: the commands of one unit of work and their events.
 *
 * @param partition the log
 * @param commits one per accepted command, in order, at least one
 * @param events all events, in the order of the commits ({@code eventCount} each)
 */
public record AppendUnit(int partition, List<CommandCommit> commits, List<NewEvent> events) {
  /** Copies the lists. */
  public AppendUnit {
    commits = List.copyOf(commits);
    events = List.copyOf(events);
  }
}
