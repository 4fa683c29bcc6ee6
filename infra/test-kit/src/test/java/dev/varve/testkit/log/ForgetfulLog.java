package dev.varve.testkit.log;

import dev.varve.api.log.CommandCommit;
import dev.varve.api.log.CommandMetadata;
import dev.varve.api.log.Committed;
import dev.varve.eventstore.AppendUnit;
import dev.varve.eventstore.EventLog;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Wrong: ignores the ids that clients give to their commands. */
final class ForgetfulLog extends DelegatingLog {
  ForgetfulLog(EventLog log) {
    super(log);
  }

  @Override
  public CompletableFuture<List<Committed>> append(AppendUnit unit) {
    return super.append(
        new AppendUnit(
            unit.partition(),
            unit.commits().stream().map(ForgetfulLog::stripped).toList(),
            unit.events()));
  }

  private static CommandCommit stripped(CommandCommit commit) {
    CommandMetadata known = commit.metadata();
    var metadata =
        new CommandMetadata(
            known.tenant(),
            known.commandId(),
            null,
            known.actor(),
            known.correlationId(),
            known.causationId(),
            known.traceparent());
    return new CommandCommit(
        commit.streamId(), metadata, commit.eventCount(), commit.keys(), commit.answer());
  }
}
