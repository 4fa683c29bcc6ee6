package dev.varve.api.log;

import dev.varve.api.common.TenantId;
import java.time.Instant;
import java.util.UUID;

/**
 * An event as it is read back from the log. Every event message that the event store hands to an
 * event processor implements this, so that a projection or automation reads typed values instead of
 * message metadata.
 */
public interface RecordedEvent {
  /** Returns where in the log it lies. */
  LogPosition position();

  /** Returns the stream: the execution's id, or the definition's stream. */
  UUID streamId();

  /** Returns {@code execution} or {@code definition}. */
  String streamType();

  /** Returns its place in the stream, from 0. */
  long sequence();

  /** Returns whose it is. */
  TenantId tenant();

  /** Returns its own id, UUIDv7. */
  UUID eventId();

  /** Returns the stored name, e.g. {@code execution.node-completed}. */
  String type();

  /** Returns the revision of the payload's shape, as stored. */
  int revision();

  /** Returns the database time of the commit; never decreases with the position. */
  Instant recordedAt();

  /** Returns the event record, upcast to the present shape. */
  Object payload();

  /** Returns the metadata of the command that made it. */
  CommandMetadata metadata();

  /** Returns the name of the node that committed it. */
  String node();
}
