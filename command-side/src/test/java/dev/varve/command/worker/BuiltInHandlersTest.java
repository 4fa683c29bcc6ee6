package dev.varve.command.worker;

import static dev.varve.command.worker.Attempts.attempt;
import static dev.varve.command.worker.Attempts.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BuiltInHandlersTest {
  private final TaskHandler none = BuiltInHandlers.all().getFirst();
  private final Handlers handlers = new Handlers(none, BuiltInHandlers.all());

  @Test
  void echo_returns_its_input() throws Exception {
    assertThat(handlers.find("task", "echo").handle(attempt(1, "{'a': [1, 2.0]}")))
        .isEqualTo(json("{'a': [1, 2.0]}"));
  }

  @Test
  void flaky_fails_the_first_attempts_by_their_number() throws Exception {
    TaskHandler flaky = handlers.find("task", "flaky");

    for (int number = 1; number <= 2; number++) {
      HeldAttempt early = attempt(number, "{'failures': 2}");
      assertThatExceptionOfType(TaskFailure.class)
          .isThrownBy(() -> flaky.handle(early))
          .satisfies(failure -> assertThat(failure.retryable()).isTrue());
    }
    assertThat(flaky.handle(attempt(3, "{'failures': 2}"))).isEqualTo(json("{'failures': 2}"));
  }

  @Test
  void sleep_is_interrupted_when_the_attempt_ends() {
    Thread.currentThread().interrupt();

    assertThatExceptionOfType(InterruptedException.class)
        .isThrownBy(
            () -> handlers.find("task", "sleep").handle(attempt(1, "{'duration': 'PT1H'}")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "{'duration': '5s'}", "{'duration': 'PT-1S'}", "{'duration': 'PT2H'}"})
  void sleep_refuses_a_wrong_duration(String input) {
    assertThatExceptionOfType(TaskFailure.class)
        .isThrownBy(() -> handlers.find("task", "sleep").handle(attempt(1, input)))
        .satisfies(failure -> assertThat(failure.code()).isEqualTo("sleep.duration"))
        .satisfies(failure -> assertThat(failure.retryable()).isFalse());
  }

  @Test
  void an_unknown_handler_may_be_tried_again_elsewhere() {
    assertThatExceptionOfType(TaskFailure.class)
        .isThrownBy(() -> handlers.find("task", "charge-card"))
        .satisfies(failure -> assertThat(failure.code()).isEqualTo("handler.unknown"))
        .satisfies(failure -> assertThat(failure.retryable()).isTrue());
  }

  @Test
  void a_name_is_given_once() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Handlers(none, List.of(none, none)))
        .withMessageContaining("echo");
  }
}
