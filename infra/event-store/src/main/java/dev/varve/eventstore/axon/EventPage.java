package dev.varve.eventstore.axon;

import dev.varve.eventstore.StoredEvent;
import java.util.List;

/**
 * Consecutive events of one partition, handed through a processor as one message. Axon's pooled
 * processor pays about a microsecond and several objects per message, and when more than 1,024
 * messages wait it sleeps 100 ms; per page neither counts.
 *
 * @param events in position order, at least one
 */
record EventPage(List<StoredEvent> events) {
  /** Returns the position of the last event. */
  long last() {
    return events.getLast().position().position();
  }
}
