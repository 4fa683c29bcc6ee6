package dev.varve.eventstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class HeartbeatsTest {
  private final Heartbeats heartbeats = new Heartbeats();

  @Test
  void a_loop_that_came_round_lately_is_alive() {
    heartbeats.register("well", Duration.ofHours(1)).now();

    assertThat(heartbeats.pulses()).singleElement().matches(Heartbeats.Pulse::alive);
  }

  @Test
  void a_loop_that_is_silent_for_longer_than_allowed_is_not() {
    var silent = new Heartbeats.Pulse("dead", Duration.ofSeconds(3), Duration.ofSeconds(2));

    assertThat(silent.alive()).isFalse();
  }

  @Test
  void loops_are_listed_by_name_and_a_name_is_listed_once() {
    heartbeats.register("b", Duration.ofHours(1));
    heartbeats.register("a", Duration.ofHours(1));
    heartbeats.register("b", Duration.ofHours(2));

    assertThat(heartbeats.pulses()).extracting(Heartbeats.Pulse::loop).containsExactly("a", "b");
  }
}
