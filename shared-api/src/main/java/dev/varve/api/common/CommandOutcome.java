package dev.varve.api.common;

import dev.varve.api.log.Committed;
import dev.varve.api.rejection.Rejection;
import java.util.UUID;

/** What became of one command. A rejection is an answer, never an exception. */
public sealed interface CommandOutcome {
  /**
   * The command was committed.
   *
   * @param streamId the stream it changed
   * @param committed where, and the answer
   */
  record Accepted(UUID streamId, Committed committed) implements CommandOutcome {}

  /**
   * The command was refused; nothing changed.
   *
   * @param rejection why
   */
  record Rejected(Rejection rejection) implements CommandOutcome {}
}
