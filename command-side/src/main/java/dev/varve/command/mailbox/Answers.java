package dev.varve.command.mailbox;

import dev.varve.api.common.CommandOutcome;
import dev.varve.api.log.AppendException.Unstorable;
import dev.varve.api.log.CommandCommit;
import dev.varve.api.log.CommandMetadata;
import dev.varve.api.log.Committed;
import dev.varve.api.log.StreamIds;
import dev.varve.api.rejection.Rejection;
import dev.varve.api.rejection.RejectionCode;
import dev.varve.command.port.LogLookup;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** Turns what was committed, refused or remembered into outcomes. */
final class Answers {
  private final LogLookup lookup;

  Answers(LogLookup lookup) {
    this.lookup = lookup;
  }

  CommandOutcome accepted(UUID stream, CommandCommit commit) {
    Committed committed = commit.committed();
    if (committed == null) {
      throw new IllegalStateException(
          "Expected command " + commit.metadata().commandId() + " to be committed");
    }
    return accepted(stream, committed);
  }

  /**
   * A first answer may name another stream than this command's: a repeated start made a fresh id in
   * vain.
   */
  CommandOutcome accepted(UUID stream, Committed committed) {
    JsonNode first = committed.replayed() ? committed.answer().get("executionId") : null;
    return new CommandOutcome.Accepted(
        first == null || !first.isString() ? stream : UUID.fromString(first.asString()), committed);
  }

  /**
   * A refused command may be the repeat of one that was accepted: then the first answer is given
   * again.
   */
  CommandOutcome firstOr(UUID stream, CommandMetadata metadata, Rejection rejection) {
    CommandMetadata.Idempotency given = metadata.idempotency();
    if (given == null) {
      return new CommandOutcome.Rejected(rejection);
    }
    LogLookup.FirstAnswer first =
        lookup.findReceipt(StreamIds.partitionOf(stream), metadata.tenant(), given.key());
    if (first == null) {
      return new CommandOutcome.Rejected(rejection);
    }
    return first.bodyHash().equals(given.bodyHash())
        ? accepted(stream, first.committed())
        : new CommandOutcome.Rejected(reused());
  }

  static Rejection reused() {
    return Rejection.of(
        RejectionCode.COMMAND_ID_REUSED,
        "Expected a fresh id, but it was given before for another body");
  }

  static Rejection unstorable(Unstorable e) {
    for (RejectionCode code : RejectionCode.values()) {
      if (code.code().equals(e.code())) {
        return Rejection.of(code, String.valueOf(e.getMessage()));
      }
    }
    return Rejection.of(RejectionCode.REQUEST_INVALID, String.valueOf(e.getMessage()));
  }
}
