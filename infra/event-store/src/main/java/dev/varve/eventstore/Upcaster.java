package dev.varve.eventstore;

import tools.jackson.databind.JsonNode;

/**
 * Brings the stored JSON of one event name from one revision to the next. Pure; never changes the
 * node it is given.
 */
public interface Upcaster {
  /** Returns the stored event name. */
  String type();

  /** Returns the revision it reads; it makes the next one. */
  int fromRevision();

  /** Returns the same fact in the shape of the next revision. */
  JsonNode upcast(JsonNode stored);
}
