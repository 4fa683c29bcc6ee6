package dev.varve.command.axon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.api.definition.DefinitionCommand;
import dev.varve.api.definition.DefinitionCommand.PublishDefinitionVersion;
import dev.varve.api.execution.ExecutionCommand;
import dev.varve.command.core.Decision;
import dev.varve.command.core.DecisionContext;
import dev.varve.command.core.definition.DefinitionDecider;
import dev.varve.command.core.definition.DefinitionState;
import dev.varve.command.core.execution.ExecutionDecider;
import dev.varve.command.core.execution.ExecutionState;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.axonframework.commandhandling.CommandHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Axon finds a handler by the exact class of the message, so a sealed type alone proves nothing
 * there. Every kind of batch has exactly one handler, and every command that fits into a batch is
 * answered by its decider.
 */
class EveryCommandHasAHandlerTest {
  @Test
  void every_kind_of_batch_has_exactly_one_handler() {
    var handled =
        Stream.of(ExecutionAggregate.class, DefinitionAggregate.class)
            .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
            .filter(method -> method.isAnnotationPresent(CommandHandler.class))
            .map(EveryCommandHasAHandlerTest::batchOf)
            .toList();

    assertThat(handled).containsExactlyInAnyOrder(Batch.class.getPermittedSubclasses());
  }

  private static Class<?> batchOf(Method handler) {
    return handler.getParameterTypes()[0];
  }

  @Test
  void the_samples_below_hold_every_command() {
    Set<Class<?>> sampled = new HashSet<>();
    Samples.everyCommand().forEach(command -> sampled.add(command.getClass()));

    assertThat(sampled).containsExactlyInAnyOrder(ExecutionCommand.class.getPermittedSubclasses());
    assertThat(DefinitionCommand.class.getPermittedSubclasses())
        .containsExactly(PublishDefinitionVersion.class);
  }

  @ParameterizedTest
  @MethodSource("everyCommand")
  void an_execution_answers_every_command(ExecutionCommand command) {
    Decision<?> decision =
        new ExecutionDecider((name, version) -> null)
            .decide(ExecutionState.NONE, command, context());

    assertThat(decision).isInstanceOf(Decision.Rejected.class);
  }

  @Test
  void a_definition_answers_every_command() {
    var publish = new PublishDefinitionVersion(Samples.NAME, Samples.EMPTY, "hash-1", "{}", "json");

    assertThat(new DefinitionDecider().decide(DefinitionState.NONE, publish, context()))
        .isInstanceOf(Decision.Accepted.class);
  }

  static Stream<ExecutionCommand> everyCommand() {
    return Samples.everyCommand().stream();
  }

  private static DecisionContext context() {
    return new DecisionContext(
        Samples.NOW, Samples.HERE.id(), Samples.metadata().tenant(), (name, version) -> null);
  }
}
