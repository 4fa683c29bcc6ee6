package dev.varve.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What a refused start must say. */
final class Refusals {

  private Refusals() {}

  /** Runs, expects this code, and that the remedy names the setting. */
  static StartupException refused(String code, String remedyNames, ThrowingCallable start) {
    StartupException refusal = catchThrowableOfType(StartupException.class, start);
    assertThat(refusal).as("refused with " + code).isNotNull();
    assertThat(refusal.code()).as(refusal.getMessage()).isEqualTo(code);
    assertThat(refusal.remedy()).contains(remedyNames);
    assertThat(refusal).hasMessageContaining(refusal.problem());
    return refusal;
  }
}
