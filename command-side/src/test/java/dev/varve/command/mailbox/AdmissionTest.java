package dev.varve.command.mailbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.api.common.CommandOutcome;
import dev.varve.api.common.ExecutionId;
import dev.varve.api.common.TenantId;
import dev.varve.api.definition.DefinitionCommand;
import dev.varve.api.execution.ExecutionCommand;
import dev.varve.api.execution.ExecutionCommand.CancelExecution;
import dev.varve.api.log.AppendException;
import dev.varve.api.log.CommandMetadata;
import dev.varve.command.port.Commands;
import java.util.ArrayDeque;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Only so many commands from outside are let in at once. */
class AdmissionTest {
  private static final ExecutionCommand COMMAND =
      new CancelExecution(new ExecutionId(new UUID(1, 2)), "enough");

  private static final CommandMetadata METADATA =
      new CommandMetadata(TenantId.DEFAULT, new UUID(3, 4), null, "test", null, null, null);

  private final Held held = new Held();
  private final Admission admission = new Admission(held, 2);

  @Test
  void what_is_too_much_is_refused_and_counted_and_an_end_makes_room() {
    assertThat(submit()).isNotDone();
    assertThat(admission.isFull()).isFalse();
    assertThat(submit()).isNotDone();
    assertThat(admission.isFull()).isTrue();

    assertThat(submit()).isCompletedExceptionally();
    assertThatThrownBy(() -> admission.send(COMMAND, METADATA))
        .isInstanceOfSatisfying(
            AppendException.Unavailable.class,
            full -> assertThat(full.code()).isEqualTo("server.overloaded"));
    assertThat(admission.refused()).isEqualTo(2);
    assertThat(admission.waiting()).isEqualTo(2);

    held.waiting.remove().completeExceptionally(new IllegalStateException("failed"));
    assertThat(admission.waiting()).isEqualTo(1);
    assertThat(submit()).isNotDone();
  }

  private CompletableFuture<CommandOutcome> submit() {
    return admission.submit(COMMAND, METADATA);
  }

  /** Answers nothing by itself. */
  private static final class Held implements Commands {
    private final ArrayDeque<CompletableFuture<CommandOutcome>> waiting = new ArrayDeque<>();

    @Override
    public CommandOutcome send(ExecutionCommand command, CommandMetadata metadata) {
      throw new UnsupportedOperationException("never let in here");
    }

    @Override
    public CompletableFuture<CommandOutcome> submit(
        ExecutionCommand command, CommandMetadata metadata) {
      var outcome = new CompletableFuture<CommandOutcome>();
      waiting.add(outcome);
      return outcome;
    }

    @Override
    public CommandOutcome send(DefinitionCommand command, CommandMetadata metadata) {
      throw new UnsupportedOperationException("never let in here");
    }
  }
}
